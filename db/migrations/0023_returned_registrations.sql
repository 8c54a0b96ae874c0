ALTER TABLE "fact_decision" ALTER COLUMN "fact" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "organisation_review" ADD COLUMN "decision" text;--> statement-breakpoint
ALTER TABLE "organisation_review" ADD CONSTRAINT "organisation_review_decision_fact_decision_c_fk" FOREIGN KEY ("decision") REFERENCES "public"."fact_decision"("c") ON DELETE no action ON UPDATE no action;