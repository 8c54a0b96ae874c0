CREATE TABLE "fact_decision" (
	"c" text PRIMARY KEY NOT NULL,
	"org" text NOT NULL,
	"fact" text NOT NULL,
	"verdict" text NOT NULL,
	"salt" "bytea" NOT NULL,
	"text" text NOT NULL,
	"at" timestamp (6) with time zone NOT NULL,
	"idx" bigint
);
--> statement-breakpoint
ALTER TABLE "fact_decision" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "organisation_fact" ADD COLUMN "decision" text;--> statement-breakpoint
ALTER TABLE "fact_decision" ADD CONSTRAINT "fact_decision_org_organisation_id_fk" FOREIGN KEY ("org") REFERENCES "public"."organisation"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "fact_decision_by_org" ON "fact_decision" USING btree ("org","fact");--> statement-breakpoint
ALTER TABLE "organisation_fact" ADD CONSTRAINT "organisation_fact_decision_fact_decision_c_fk" FOREIGN KEY ("decision") REFERENCES "public"."fact_decision"("c") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
-- What was verified before decisions stood in the log goes on to count until it ends: it may rest on years of bids.
ALTER TABLE "organisation_fact" ADD CONSTRAINT "a_fact_that_counts_has_its_entry" CHECK ("organisation_fact"."state" <> 'verified' OR "organisation_fact"."decision" IS NOT NULL) NOT VALID;--> statement-breakpoint
CREATE POLICY "decisions_are_of_their_organisation" ON "fact_decision" AS PERMISSIVE FOR ALL TO public USING ("fact_decision"."org" = current_setting('madang.org', true) OR 'operator' = ANY (string_to_array(current_setting('madang.roles', true), ' '))) WITH CHECK ("fact_decision"."org" = current_setting('madang.org', true) OR 'operator' = ANY (string_to_array(current_setting('madang.roles', true), ' ')));