CREATE TABLE "field_decision" (
	"c" text PRIMARY KEY NOT NULL,
	"account" text NOT NULL,
	"field" text NOT NULL,
	"verdict" text NOT NULL,
	"salt" "bytea" NOT NULL,
	"text" text NOT NULL,
	"at" timestamp (6) with time zone NOT NULL,
	"idx" bigint
);
--> statement-breakpoint
ALTER TABLE "evaluator_field" ADD COLUMN "decision" text;--> statement-breakpoint
CREATE INDEX "field_decision_by_account" ON "field_decision" USING btree ("account","field");--> statement-breakpoint
ALTER TABLE "evaluator_field" ADD CONSTRAINT "evaluator_field_decision_field_decision_c_fk" FOREIGN KEY ("decision") REFERENCES "public"."field_decision"("c") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
-- Confirmations from before they stood in the log wait to be confirmed again: nobody can show that they were made.
UPDATE "evaluator_field" SET "state" = 'declared', "decided_by" = NULL, "decided_at" = NULL, "statement" = '' WHERE "state" = 'confirmed';--> statement-breakpoint
ALTER TABLE "evaluator_field" ADD CONSTRAINT "a_field_that_counts_has_its_entry" CHECK ("evaluator_field"."state" <> 'confirmed' OR "evaluator_field"."decision" IS NOT NULL);