ALTER TABLE "evaluator_field" ADD COLUMN "grounds" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "evaluator_field" ADD COLUMN "state" text DEFAULT 'declared' NOT NULL;--> statement-breakpoint
ALTER TABLE "evaluator_field" ADD COLUMN "statement" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "evaluator_field" ADD COLUMN "decided_by" text;--> statement-breakpoint
ALTER TABLE "evaluator_field" ADD COLUMN "decided_at" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "evaluator_field" ADD CONSTRAINT "evaluator_field_decided_by_account_id_fk" FOREIGN KEY ("decided_by") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "evaluator_field_by_state" ON "evaluator_field" USING btree ("state","since");--> statement-breakpoint
ALTER TABLE "evaluator_field" ADD CONSTRAINT "a_field_is_in_a_known_state" CHECK ("evaluator_field"."state" IN ('declared', 'confirmed', 'refused'));--> statement-breakpoint
ALTER TABLE "evaluator_field" ADD CONSTRAINT "a_field_that_was_decided_says_by_whom" CHECK (("evaluator_field"."state" = 'declared') = ("evaluator_field"."decided_by" IS NULL));--> statement-breakpoint
ALTER TABLE "evaluator_field" ADD CONSTRAINT "nobody_confirms_an_own_field" CHECK ("evaluator_field"."decided_by" IS NULL OR "evaluator_field"."decided_by" <> "evaluator_field"."account");