CREATE TABLE "bid_act" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"tender" text NOT NULL,
	"bidder" text NOT NULL,
	"account" text NOT NULL,
	"kind" text NOT NULL,
	"seq" integer,
	"jws" text NOT NULL,
	"salt" text NOT NULL,
	"c" text NOT NULL,
	"eid_technical" text,
	"eid_price" text,
	"received" text NOT NULL,
	"at" timestamp (6) with time zone NOT NULL,
	"idx" bigint,
	CONSTRAINT "a_sealed_act_is_of_a_known_kind" CHECK ("bid_act"."kind" IN ('submission', 'withdrawal', 'refusal'))
);
--> statement-breakpoint
CREATE TABLE "bid_request" (
	"bidder" text NOT NULL,
	"key" text NOT NULL,
	"tender" text NOT NULL,
	"fingerprint" "bytea",
	"outcome" text NOT NULL,
	"status" integer NOT NULL,
	"reply" text NOT NULL,
	"at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "a_request_key_is_used_once" PRIMARY KEY("bidder","key"),
	CONSTRAINT "a_request_has_one_of_three_outcomes" CHECK ("bid_request"."outcome" IN ('receipt', 'refused', 'not received'))
);
--> statement-breakpoint
CREATE TABLE "envelope" (
	"eid" text PRIMARY KEY NOT NULL,
	"tender" text NOT NULL,
	"bidder" text NOT NULL,
	"kind" text NOT NULL,
	"kc" text NOT NULL,
	"bytes" "bytea"
);
--> statement-breakpoint
CREATE TABLE "envelope_epk" (
	"ks" text NOT NULL,
	"epk" text NOT NULL,
	CONSTRAINT "an_ephemeral_key_is_used_once" PRIMARY KEY("ks","epk")
);
--> statement-breakpoint
CREATE TABLE "log_checkpoint" (
	"size" bigint PRIMARY KEY NOT NULL,
	"root" "bytea" NOT NULL,
	"note" text NOT NULL,
	"at" timestamp (6) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "log_cover" (
	"idx" bigint PRIMARY KEY NOT NULL,
	"tender" text NOT NULL,
	"salt" text NOT NULL,
	"c" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "log_entry" (
	"idx" bigint PRIMARY KEY NOT NULL,
	"leaf" "bytea" NOT NULL,
	"typ" text NOT NULL,
	"ref" text,
	"payload_hash" "bytea",
	"prev" bigint,
	"c" text
);
--> statement-breakpoint
CREATE TABLE "log_leader" (
	"id" integer PRIMARY KEY NOT NULL,
	"epoch" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "log_outbox" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"typ" text NOT NULL,
	"leaf" "bytea",
	"tender" text,
	"payload_hash" "bytea",
	"c" text,
	CONSTRAINT "an_outbox_row_is_open_sealed_or_a_close" CHECK ("log_outbox"."kind" IN ('open', 'sealed', 'close'))
);
--> statement-breakpoint
CREATE TABLE "log_payload" (
	"hash" "bytea" PRIMARY KEY NOT NULL,
	"bytes" "bytea" NOT NULL,
	"idx" bigint
);
--> statement-breakpoint
CREATE TABLE "log_tile" (
	"level" integer NOT NULL,
	"n" bigint NOT NULL,
	"width" integer NOT NULL,
	"data" "bytea" NOT NULL,
	CONSTRAINT "a_tile_is_written_once" PRIMARY KEY("level","n","width"),
	CONSTRAINT "a_tile_is_1_to_256_hashes_wide" CHECK ("log_tile"."width" BETWEEN 1 AND 256 AND octet_length("log_tile"."data") = 32 * "log_tile"."width")
);
--> statement-breakpoint
CREATE TABLE "account" (
	"id" text PRIMARY KEY NOT NULL,
	"org" text NOT NULL,
	"email" text NOT NULL,
	"password_hash" text NOT NULL,
	"name" text NOT NULL,
	"roles" text[] NOT NULL
);
--> statement-breakpoint
CREATE TABLE "actor_key" (
	"kid" text PRIMARY KEY NOT NULL,
	"account" text NOT NULL,
	"org" text NOT NULL,
	"jwk" jsonb NOT NULL,
	"enrolled_at" timestamp (6) with time zone NOT NULL,
	"replaced_by" text
);
--> statement-breakpoint
CREATE TABLE "custodian" (
	"id" text PRIMARY KEY NOT NULL,
	"kid" text NOT NULL,
	"jwk" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "organisation" (
	"id" text PRIMARY KEY NOT NULL,
	"name_ko" text NOT NULL,
	"name_en" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "prekey" (
	"kid" text PRIMARY KEY NOT NULL,
	"custodian" text NOT NULL,
	"jwk" jsonb NOT NULL,
	"offered_at" timestamp (6) with time zone NOT NULL,
	"used_by" text
);
--> statement-breakpoint
CREATE TABLE "session" (
	"refresh_hash" "bytea" PRIMARY KEY NOT NULL,
	"family" text NOT NULL,
	"account" text NOT NULL,
	"started_at" timestamp (6) with time zone NOT NULL,
	"expires_at" timestamp (6) with time zone NOT NULL,
	"used_at" timestamp (6) with time zone,
	"ended_at" timestamp (6) with time zone
);
--> statement-breakpoint
CREATE TABLE "setting" (
	"name" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL,
	CONSTRAINT "a_setting_has_a_name" CHECK ("setting"."name" <> '')
);
--> statement-breakpoint
CREATE TABLE "keyset" (
	"ks" text PRIMARY KEY NOT NULL,
	"tender" text NOT NULL,
	"kind" text NOT NULL,
	"jws" text NOT NULL,
	"body" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "label" (
	"tender" text NOT NULL,
	"label" text NOT NULL,
	"bidder" text NOT NULL,
	CONSTRAINT "a_label_stands_for_one_bidder" PRIMARY KEY("tender","label")
);
--> statement-breakpoint
CREATE TABLE "mark" (
	"tender" text NOT NULL,
	"evaluator" text NOT NULL,
	"bidder" text NOT NULL,
	"item" text NOT NULL,
	"mark" numeric NOT NULL,
	"comment" text DEFAULT '' NOT NULL,
	"at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "a_mark_is_given_once" PRIMARY KEY("tender","evaluator","bidder","item")
);
--> statement-breakpoint
CREATE TABLE "opening" (
	"tender" text NOT NULL,
	"kind" text NOT NULL,
	"ks" text NOT NULL,
	"list_hash" text NOT NULL,
	"list_idx" bigint,
	CONSTRAINT "a_tender_has_one_opening_a_kind" PRIMARY KEY("tender","kind")
);
--> statement-breakpoint
CREATE TABLE "opening_envelope" (
	"tender" text NOT NULL,
	"kind" text NOT NULL,
	"eid" text NOT NULL,
	"position" integer NOT NULL,
	"bidder" text NOT NULL,
	"state" text,
	"reason" text,
	"body" jsonb,
	"rnd" text,
	CONSTRAINT "an_envelope_is_opened_once" PRIMARY KEY("tender","kind","eid"),
	CONSTRAINT "an_opened_envelope_is_valid_or_malformed" CHECK ("opening_envelope"."state" IN ('valid', 'malformed'))
);
--> statement-breakpoint
CREATE TABLE "release" (
	"tender" text NOT NULL,
	"kind" text NOT NULL,
	"ks" text NOT NULL,
	"x" integer NOT NULL,
	"custodian" text NOT NULL,
	"jws" text NOT NULL,
	"compared" integer DEFAULT 0 NOT NULL,
	"at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "a_custodian_releases_a_list_once" PRIMARY KEY("ks","x")
);
--> statement-breakpoint
CREATE TABLE "tender" (
	"no" text PRIMARY KEY NOT NULL,
	"agency" text NOT NULL,
	"state" text NOT NULL,
	"peak" text NOT NULL,
	"drafted_by" text NOT NULL,
	"notice" jsonb NOT NULL,
	"rule" jsonb NOT NULL,
	"rule_hash" text,
	"evaluators" jsonb NOT NULL,
	"deadline" timestamp (6) with time zone NOT NULL,
	"open_after" timestamp (6) with time zone NOT NULL,
	"created_at" timestamp (6) with time zone NOT NULL,
	"published_at" timestamp (6) with time zone,
	"closed_idx" bigint,
	"locked_idx" bigint,
	"ranking" jsonb,
	"award" jsonb,
	"ended" jsonb,
	CONSTRAINT "a_tender_is_in_a_state_of_the_lifecycle" CHECK ("tender"."state" IN ('draft', 'published', 'closed', 'technical_opening', 'evaluating', 'scores_locked', 'price_opening', 'ranked', 'awarded', 'failed', 'cancelled')),
	CONSTRAINT "a_tender_opens_at_or_after_its_deadline" CHECK ("tender"."open_after" >= "tender"."deadline")
);
--> statement-breakpoint
ALTER TABLE "bid_act" ADD CONSTRAINT "bid_act_tender_tender_no_fk" FOREIGN KEY ("tender") REFERENCES "public"."tender"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "envelope" ADD CONSTRAINT "envelope_tender_tender_no_fk" FOREIGN KEY ("tender") REFERENCES "public"."tender"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account" ADD CONSTRAINT "account_org_organisation_id_fk" FOREIGN KEY ("org") REFERENCES "public"."organisation"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "prekey" ADD CONSTRAINT "prekey_custodian_custodian_id_fk" FOREIGN KEY ("custodian") REFERENCES "public"."custodian"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_account_account_id_fk" FOREIGN KEY ("account") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "keyset" ADD CONSTRAINT "keyset_tender_tender_no_fk" FOREIGN KEY ("tender") REFERENCES "public"."tender"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mark" ADD CONSTRAINT "mark_tender_tender_no_fk" FOREIGN KEY ("tender") REFERENCES "public"."tender"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "opening" ADD CONSTRAINT "opening_tender_tender_no_fk" FOREIGN KEY ("tender") REFERENCES "public"."tender"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tender" ADD CONSTRAINT "tender_agency_organisation_id_fk" FOREIGN KEY ("agency") REFERENCES "public"."organisation"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tender" ADD CONSTRAINT "tender_drafted_by_account_id_fk" FOREIGN KEY ("drafted_by") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "a_commitment_is_used_once" ON "bid_act" USING btree ("c");--> statement-breakpoint
CREATE UNIQUE INDEX "a_bidder_numbers_each_act_once" ON "bid_act" USING btree ("tender","bidder","seq");--> statement-breakpoint
CREATE INDEX "bid_act_by_tender" ON "bid_act" USING btree ("tender","idx");--> statement-breakpoint
CREATE UNIQUE INDEX "a_key_commitment_is_used_once" ON "envelope" USING btree ("kc");--> statement-breakpoint
CREATE INDEX "envelope_by_tender" ON "envelope" USING btree ("tender","kind");--> statement-breakpoint
CREATE INDEX "log_cover_by_tender" ON "log_cover" USING btree ("tender");--> statement-breakpoint
CREATE INDEX "log_entry_by_ref" ON "log_entry" USING btree ("ref","idx");--> statement-breakpoint
CREATE UNIQUE INDEX "log_entry_by_commitment" ON "log_entry" USING btree ("c");--> statement-breakpoint
CREATE UNIQUE INDEX "an_email_address_has_one_account" ON "account" USING btree ("email");--> statement-breakpoint
CREATE UNIQUE INDEX "an_account_has_one_key_in_force" ON "actor_key" USING btree ("account") WHERE "actor_key"."replaced_by" IS NULL;--> statement-breakpoint
CREATE INDEX "actor_key_by_org" ON "actor_key" USING btree ("org");--> statement-breakpoint
CREATE INDEX "prekey_unused" ON "prekey" USING btree ("custodian","offered_at") WHERE "prekey"."used_by" IS NULL;--> statement-breakpoint
CREATE INDEX "session_by_family" ON "session" USING btree ("family");--> statement-breakpoint
CREATE UNIQUE INDEX "a_tender_has_one_keyset_a_kind" ON "keyset" USING btree ("tender","kind");--> statement-breakpoint
CREATE UNIQUE INDEX "a_bidder_has_one_label" ON "label" USING btree ("tender","bidder");--> statement-breakpoint
CREATE INDEX "tender_by_state" ON "tender" USING btree ("state","deadline");