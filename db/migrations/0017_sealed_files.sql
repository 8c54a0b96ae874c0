CREATE TABLE "attachment" (
	"eid" text NOT NULL,
	"n" integer NOT NULL,
	"tender" text NOT NULL,
	"kind" text NOT NULL,
	"bidder" text NOT NULL,
	"says" jsonb NOT NULL,
	"ct" text NOT NULL,
	"identity" text NOT NULL,
	"named" boolean NOT NULL,
	"upload" text,
	"outcome" text,
	"checked_at" timestamp (6) with time zone,
	CONSTRAINT "a_file_stands_once_in_its_envelope" PRIMARY KEY("eid","n"),
	CONSTRAINT "a_file_has_one_of_six_outcomes" CHECK ("attachment"."outcome" IN ('agrees', 'not handed in', 'missing', 'changed', 'does not open', 'differs'))
);
--> statement-breakpoint
CREATE TABLE "upload" (
	"id" text PRIMARY KEY NOT NULL,
	"tender" text NOT NULL,
	"bidder" text NOT NULL,
	"account" text NOT NULL,
	"ct" text NOT NULL,
	"bytes" bigint NOT NULL,
	"received" bigint DEFAULT 0 NOT NULL,
	"begun_at" timestamp (6) with time zone NOT NULL,
	"seen_at" timestamp (6) with time zone NOT NULL,
	"done_at" timestamp (6) with time zone,
	CONSTRAINT "an_upload_is_no_longer_than_announced" CHECK ("upload"."received" >= 0 AND "upload"."received" <= "upload"."bytes")
);
--> statement-breakpoint
ALTER TABLE "upload" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "attachment" ADD CONSTRAINT "attachment_tender_tender_no_fk" FOREIGN KEY ("tender") REFERENCES "public"."tender"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "upload" ADD CONSTRAINT "upload_tender_tender_no_fk" FOREIGN KEY ("tender") REFERENCES "public"."tender"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attachment_by_tender" ON "attachment" USING btree ("tender");--> statement-breakpoint
CREATE INDEX "attachment_by_ciphertext" ON "attachment" USING btree ("ct");--> statement-breakpoint
CREATE INDEX "attachment_to_check" ON "attachment" USING btree ("checked_at") WHERE ("attachment"."outcome" IS NULL OR "attachment"."outcome" IN ('missing', 'changed'));--> statement-breakpoint
CREATE UNIQUE INDEX "a_sealed_file_is_announced_once" ON "upload" USING btree ("tender","bidder","ct");--> statement-breakpoint
CREATE POLICY "uploads_are_their_bidders" ON "upload" AS PERMISSIVE FOR ALL TO public USING (("upload"."bidder" = current_setting('madang.org', true) OR "upload"."bidder" = ANY (string_to_array(current_setting('madang.bidders', true), ' ')))) WITH CHECK (("upload"."bidder" = current_setting('madang.org', true) OR "upload"."bidder" = ANY (string_to_array(current_setting('madang.bidders', true), ' '))));