CREATE TABLE "question" (
	"c" text PRIMARY KEY NOT NULL,
	"tender" text NOT NULL,
	"agency" text NOT NULL,
	"org" text NOT NULL,
	"account" text NOT NULL,
	"salt" "bytea" NOT NULL,
	"text" text NOT NULL,
	"asker_salt" "bytea" NOT NULL,
	"at" timestamp (6) with time zone NOT NULL,
	"idx" bigint,
	"answer" text
);
--> statement-breakpoint
ALTER TABLE "question" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "question" ADD CONSTRAINT "question_tender_tender_no_fk" FOREIGN KEY ("tender") REFERENCES "public"."tender"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "question" ADD CONSTRAINT "question_agency_organisation_id_fk" FOREIGN KEY ("agency") REFERENCES "public"."organisation"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "question" ADD CONSTRAINT "question_org_organisation_id_fk" FOREIGN KEY ("org") REFERENCES "public"."organisation"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "question" ADD CONSTRAINT "question_account_account_id_fk" FOREIGN KEY ("account") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "question_by_tender" ON "question" USING btree ("tender","at");--> statement-breakpoint
CREATE INDEX "question_by_org" ON "question" USING btree ("org","at");--> statement-breakpoint
CREATE POLICY "questions_are_of_asker_and_agency" ON "question" AS PERMISSIVE FOR ALL TO public USING ("question"."org" = current_setting('madang.org', true) OR "question"."agency" = current_setting('madang.org', true)) WITH CHECK ("question"."org" = current_setting('madang.org', true) OR "question"."agency" = current_setting('madang.org', true));