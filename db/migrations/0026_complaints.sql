CREATE TABLE "complaint" (
	"c" text PRIMARY KEY NOT NULL,
	"tender" text NOT NULL,
	"org" text NOT NULL,
	"account" text NOT NULL,
	"at" timestamp (6) with time zone NOT NULL,
	"outcome" text,
	"decision" text,
	CONSTRAINT "a_decision_has_its_outcome" CHECK (("complaint"."outcome" IS NULL) = ("complaint"."decision" IS NULL))
);
--> statement-breakpoint
ALTER TABLE "complaint" ADD CONSTRAINT "complaint_tender_tender_no_fk" FOREIGN KEY ("tender") REFERENCES "public"."tender"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "complaint" ADD CONSTRAINT "complaint_org_organisation_id_fk" FOREIGN KEY ("org") REFERENCES "public"."organisation"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "complaint" ADD CONSTRAINT "complaint_account_account_id_fk" FOREIGN KEY ("account") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "complaint_by_tender" ON "complaint" USING btree ("tender","at");