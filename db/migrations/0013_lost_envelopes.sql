CREATE TABLE "lost_envelope" (
	"eid" text PRIMARY KEY NOT NULL,
	"tender" text NOT NULL,
	"told_at" timestamp (6) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "lost_envelope" ADD CONSTRAINT "lost_envelope_tender_tender_no_fk" FOREIGN KEY ("tender") REFERENCES "public"."tender"("no") ON DELETE no action ON UPDATE no action;