CREATE TABLE "rekey" (
	"tender" text NOT NULL,
	"kind" text NOT NULL,
	"ks" text NOT NULL,
	"until" timestamp (6) with time zone NOT NULL,
	"statement" text NOT NULL,
	"ordered_at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "a_kind_is_sealed_again_once" PRIMARY KEY("tender","kind"),
	CONSTRAINT "only_envelopes_of_bids_are_sealed_again" CHECK ("rekey"."kind" IN ('technical', 'price'))
);
--> statement-breakpoint
CREATE TABLE "rekey_envelope" (
	"eid" text PRIMARY KEY NOT NULL,
	"tender" text NOT NULL,
	"kind" text NOT NULL,
	"bidder" text NOT NULL,
	"bytes" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rekey_letter" (
	"tender" text NOT NULL,
	"bidder" text NOT NULL,
	"jws" text NOT NULL,
	"kid" text NOT NULL,
	"at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "a_bidder_answers_once" PRIMARY KEY("tender","bidder")
);
--> statement-breakpoint
ALTER TABLE "rekey" ADD CONSTRAINT "rekey_tender_tender_no_fk" FOREIGN KEY ("tender") REFERENCES "public"."tender"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rekey_envelope" ADD CONSTRAINT "rekey_envelope_tender_tender_no_fk" FOREIGN KEY ("tender") REFERENCES "public"."tender"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rekey_letter" ADD CONSTRAINT "rekey_letter_tender_tender_no_fk" FOREIGN KEY ("tender") REFERENCES "public"."tender"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "a_bidder_seals_a_kind_again_once" ON "rekey_envelope" USING btree ("tender","kind","bidder");