CREATE TABLE "bid_receipt" (
	"act" bigint PRIMARY KEY NOT NULL,
	"received" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "bid_receipt" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "delegation" (
	"id" text PRIMARY KEY NOT NULL,
	"org" text NOT NULL,
	"from_account" text NOT NULL,
	"to_account" text NOT NULL,
	"role" text NOT NULL,
	"starts_at" timestamp (6) with time zone NOT NULL,
	"ends_at" timestamp (6) with time zone NOT NULL,
	"statement" text NOT NULL,
	"ended_at" timestamp (6) with time zone,
	CONSTRAINT "a_delegation_ends_after_it_begins" CHECK ("delegation"."ends_at" > "delegation"."starts_at"),
	CONSTRAINT "nobody_delegates_to_oneself" CHECK ("delegation"."from_account" <> "delegation"."to_account")
);
--> statement-breakpoint
CREATE TABLE "exclusion" (
	"id" text PRIMARY KEY NOT NULL,
	"org" text NOT NULL,
	"declared_for" text NOT NULL,
	"starts_at" timestamp (6) with time zone NOT NULL,
	"ends_at" timestamp (6) with time zone NOT NULL,
	"basis" text NOT NULL,
	"grounds" text NOT NULL,
	"proposed_by" text NOT NULL,
	"approved_by" text NOT NULL,
	"at" timestamp (6) with time zone NOT NULL,
	"lifted_at" timestamp (6) with time zone,
	"lifted_why" text,
	CONSTRAINT "an_exclusion_ends_after_it_begins" CHECK ("exclusion"."ends_at" > "exclusion"."starts_at"),
	CONSTRAINT "two_persons_stand_for_an_exclusion" CHECK ("exclusion"."proposed_by" <> "exclusion"."approved_by")
);
--> statement-breakpoint
ALTER TABLE "exclusion" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "invitation" (
	"id" text PRIMARY KEY NOT NULL,
	"org" text NOT NULL,
	"email" text NOT NULL,
	"roles" text[] NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"invited_by" text NOT NULL,
	"at" timestamp (6) with time zone NOT NULL,
	"expires_at" timestamp (6) with time zone NOT NULL,
	"state" text NOT NULL,
	"proposal" text,
	CONSTRAINT "an_invitation_is_in_a_known_state" CHECK ("invitation"."state" IN ('proposed', 'open', 'accepted', 'withdrawn'))
);
--> statement-breakpoint
ALTER TABLE "invitation" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "organisation_document" (
	"id" text PRIMARY KEY NOT NULL,
	"org" text NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"media" text NOT NULL,
	"size" integer NOT NULL,
	"sha256" text NOT NULL,
	"bytes" "bytea" NOT NULL,
	"by" text NOT NULL,
	"at" timestamp (6) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "organisation_document" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "organisation_fact" (
	"id" text PRIMARY KEY NOT NULL,
	"org" text NOT NULL,
	"kind" text NOT NULL,
	"value" jsonb NOT NULL,
	"valid_from" date NOT NULL,
	"valid_until" date,
	"state" text NOT NULL,
	"statement" text DEFAULT '' NOT NULL,
	"declared_by" text NOT NULL,
	"declared_at" timestamp (6) with time zone NOT NULL,
	"decided_by" text,
	"decided_at" timestamp (6) with time zone,
	CONSTRAINT "a_fact_is_in_a_known_state" CHECK ("organisation_fact"."state" IN ('declared', 'verified', 'refused', 'ended')),
	CONSTRAINT "a_fact_ends_on_or_after_its_first_day" CHECK ("organisation_fact"."valid_until" IS NULL OR "organisation_fact"."valid_until" >= "organisation_fact"."valid_from")
);
--> statement-breakpoint
ALTER TABLE "organisation_fact" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "organisation_review" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"org" text NOT NULL,
	"act" text NOT NULL,
	"by" text NOT NULL,
	"at" timestamp (6) with time zone NOT NULL,
	"reasons" text[] NOT NULL,
	"statement" text NOT NULL,
	"snapshot" jsonb,
	CONSTRAINT "a_review_is_a_known_act" CHECK ("organisation_review"."act" IN ('submitted', 'verified', 'returned', 'suspended', 'restored'))
);
--> statement-breakpoint
ALTER TABLE "organisation_review" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "proposal" (
	"id" text PRIMARY KEY NOT NULL,
	"place" bigserial NOT NULL,
	"act" text NOT NULL,
	"org" text NOT NULL,
	"ref" text NOT NULL,
	"body" jsonb NOT NULL,
	"proposed_by" text NOT NULL,
	"proposed_at" timestamp (6) with time zone NOT NULL,
	"expires_at" timestamp (6) with time zone NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"decided_by" text,
	"decided_at" timestamp (6) with time zone,
	"statement" text,
	CONSTRAINT "a_proposal_is_in_a_known_state" CHECK ("proposal"."state" IN ('open', 'approved', 'declined', 'withdrawn', 'expired')),
	CONSTRAINT "two_persons_stand_for_an_approved_proposal" CHECK ("proposal"."state" <> 'approved' OR ("proposal"."decided_by" IS NOT NULL AND "proposal"."decided_by" <> "proposal"."proposed_by")),
	CONSTRAINT "a_decided_proposal_says_by_whom" CHECK (("proposal"."state" IN ('open', 'expired')) = ("proposal"."decided_by" IS NULL))
);
--> statement-breakpoint
ALTER TABLE "proposal" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "bid_act" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "bid_request" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "envelope" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "tender" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "left_at" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "organisation" ADD COLUMN "kind" text DEFAULT 'supplier' NOT NULL;--> statement-breakpoint
ALTER TABLE "organisation" ADD COLUMN "body" text;--> statement-breakpoint
ALTER TABLE "organisation" ADD COLUMN "scheme" text;--> statement-breakpoint
ALTER TABLE "organisation" ADD COLUMN "number" text;--> statement-breakpoint
ALTER TABLE "organisation" ADD COLUMN "skeletons" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "organisation" ADD COLUMN "standing" text DEFAULT 'pending' NOT NULL;--> statement-breakpoint
-- Who is there already was let in by hand; what it is shows in the roles of its people.
UPDATE "organisation" SET "standing" = 'verified', "kind" = coalesce((
	SELECT min(CASE WHEN roles && ARRAY['operator'] THEN 'operator' WHEN roles && ARRAY['officer', 'approver'] THEN 'agency'
		WHEN roles && ARRAY['auditor', 'custodian'] THEN 'oversight' WHEN roles && ARRAY['evaluator'] THEN 'experts' ELSE 'supplier' END)
	FROM "account" WHERE "account"."org" = "organisation"."id"), 'supplier');--> statement-breakpoint
ALTER TABLE "organisation" ADD COLUMN "registered_at" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "tender" ADD COLUMN "revision" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "bid_receipt" ADD CONSTRAINT "bid_receipt_act_bid_act_id_fk" FOREIGN KEY ("act") REFERENCES "public"."bid_act"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delegation" ADD CONSTRAINT "delegation_org_organisation_id_fk" FOREIGN KEY ("org") REFERENCES "public"."organisation"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delegation" ADD CONSTRAINT "delegation_from_account_account_id_fk" FOREIGN KEY ("from_account") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delegation" ADD CONSTRAINT "delegation_to_account_account_id_fk" FOREIGN KEY ("to_account") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exclusion" ADD CONSTRAINT "exclusion_org_organisation_id_fk" FOREIGN KEY ("org") REFERENCES "public"."organisation"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exclusion" ADD CONSTRAINT "exclusion_declared_for_organisation_id_fk" FOREIGN KEY ("declared_for") REFERENCES "public"."organisation"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_org_organisation_id_fk" FOREIGN KEY ("org") REFERENCES "public"."organisation"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_invited_by_account_id_fk" FOREIGN KEY ("invited_by") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_proposal_proposal_id_fk" FOREIGN KEY ("proposal") REFERENCES "public"."proposal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "organisation_document" ADD CONSTRAINT "organisation_document_org_organisation_id_fk" FOREIGN KEY ("org") REFERENCES "public"."organisation"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "organisation_document" ADD CONSTRAINT "organisation_document_by_account_id_fk" FOREIGN KEY ("by") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "organisation_fact" ADD CONSTRAINT "organisation_fact_org_organisation_id_fk" FOREIGN KEY ("org") REFERENCES "public"."organisation"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "organisation_fact" ADD CONSTRAINT "organisation_fact_declared_by_account_id_fk" FOREIGN KEY ("declared_by") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "organisation_fact" ADD CONSTRAINT "organisation_fact_decided_by_account_id_fk" FOREIGN KEY ("decided_by") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "organisation_review" ADD CONSTRAINT "organisation_review_org_organisation_id_fk" FOREIGN KEY ("org") REFERENCES "public"."organisation"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "organisation_review" ADD CONSTRAINT "organisation_review_by_account_id_fk" FOREIGN KEY ("by") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "proposal" ADD CONSTRAINT "proposal_org_organisation_id_fk" FOREIGN KEY ("org") REFERENCES "public"."organisation"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "proposal" ADD CONSTRAINT "proposal_proposed_by_account_id_fk" FOREIGN KEY ("proposed_by") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "proposal" ADD CONSTRAINT "proposal_decided_by_account_id_fk" FOREIGN KEY ("decided_by") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "delegation_by_receiver" ON "delegation" USING btree ("to_account","ends_at");--> statement-breakpoint
CREATE INDEX "exclusion_by_org" ON "exclusion" USING btree ("org","ends_at");--> statement-breakpoint
CREATE UNIQUE INDEX "a_link_is_one_invitations" ON "invitation" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "invitation_by_org" ON "invitation" USING btree ("org");--> statement-breakpoint
CREATE INDEX "organisation_document_by_org" ON "organisation_document" USING btree ("org");--> statement-breakpoint
CREATE INDEX "organisation_fact_by_org" ON "organisation_fact" USING btree ("org");--> statement-breakpoint
CREATE INDEX "organisation_review_by_org" ON "organisation_review" USING btree ("org","id");--> statement-breakpoint
CREATE UNIQUE INDEX "an_act_is_proposed_once_at_a_time" ON "proposal" USING btree ("act","ref") WHERE "proposal"."state" = 'open';--> statement-breakpoint
CREATE INDEX "proposal_by_org" ON "proposal" USING btree ("org","place");--> statement-breakpoint
CREATE UNIQUE INDEX "a_number_is_one_verified_organisations" ON "organisation" USING btree ("scheme","number") WHERE "organisation"."standing" <> 'pending';--> statement-breakpoint
INSERT INTO "bid_receipt" ("act", "received") SELECT "id", "received" FROM "bid_act" WHERE "received" <> '';--> statement-breakpoint
ALTER TABLE "bid_act" DROP COLUMN "received";--> statement-breakpoint
-- What must be fresh is asked across all bidders, by a function that says yes or no and nothing else: policies hide their rows.
-- Its plan is kept and may have been made while the tables were small, so it looks each key up by its index whatever they hold.
CREATE FUNCTION "already_used"("of_c" text, "of_kcs" text[], "of_kss" text[], "of_epks" text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
	SELECT EXISTS (SELECT FROM public.bid_act WHERE c = of_c)
		OR EXISTS (SELECT FROM public.envelope WHERE kc = ANY (of_kcs))
		OR EXISTS (SELECT FROM unnest(of_kss, of_epks) AS g (ks, epk) JOIN public.envelope_epk USING (ks, epk))
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION "already_used" FROM PUBLIC;--> statement-breakpoint
-- Jobs are in another package's tables, of which the API's role has no rights: it may ask for one, and nothing else.
CREATE FUNCTION "ask_for_job"("of_name" text, "with_payload" json) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
	PERFORM graphile_worker.add_job(of_name, with_payload, max_attempts => 12);
END
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION "ask_for_job" FROM PUBLIC;--> statement-breakpoint
ALTER TABLE "organisation" ADD CONSTRAINT "an_organisation_is_of_a_known_kind" CHECK ("organisation"."kind" IN ('agency', 'supplier', 'oversight', 'experts', 'operator'));--> statement-breakpoint
ALTER TABLE "organisation" ADD CONSTRAINT "an_organisation_is_pending_verified_or_suspended" CHECK ("organisation"."standing" IN ('pending', 'verified', 'suspended'));--> statement-breakpoint
CREATE POLICY "acts_are_seen_by_their_bidder_until_the_opening" ON "bid_act" AS PERMISSIVE FOR SELECT TO public USING ("bid_act"."bidder" = current_setting('madang.org', true) OR EXISTS (SELECT FROM tender WHERE tender.no = "bid_act"."tender" AND tender.peak IN ('technical_opening', 'evaluating', 'scores_locked', 'price_opening', 'ranked', 'awarded')));--> statement-breakpoint
CREATE POLICY "acts_are_added_by_their_bidder" ON "bid_act" AS PERMISSIVE FOR INSERT TO public WITH CHECK ("bid_act"."bidder" = current_setting('madang.org', true));--> statement-breakpoint
CREATE POLICY "requests_are_their_bidders" ON "bid_request" AS PERMISSIVE FOR ALL TO public USING ("bid_request"."bidder" = current_setting('madang.org', true)) WITH CHECK ("bid_request"."bidder" = current_setting('madang.org', true));--> statement-breakpoint
CREATE POLICY "envelopes_are_seen_by_their_bidder_until_the_opening" ON "envelope" AS PERMISSIVE FOR SELECT TO public USING ("envelope"."bidder" = current_setting('madang.org', true) OR EXISTS (SELECT FROM tender WHERE tender.no = "envelope"."tender" AND tender.peak IN ('technical_opening', 'evaluating', 'scores_locked', 'price_opening', 'ranked', 'awarded')));--> statement-breakpoint
CREATE POLICY "envelopes_are_added_by_their_bidder" ON "envelope" AS PERMISSIVE FOR INSERT TO public WITH CHECK ("envelope"."bidder" = current_setting('madang.org', true));--> statement-breakpoint
CREATE POLICY "drafts_are_seen_by_their_agency" ON "tender" AS PERMISSIVE FOR SELECT TO public USING ("tender"."state" <> 'draft' OR "tender"."agency" = current_setting('madang.org', true));--> statement-breakpoint
CREATE POLICY "tenders_are_drafted_by_their_agency" ON "tender" AS PERMISSIVE FOR INSERT TO public WITH CHECK ("tender"."agency" = current_setting('madang.org', true));--> statement-breakpoint
CREATE POLICY "tenders_are_changed_by_their_agency" ON "tender" AS PERMISSIVE FOR UPDATE TO public USING ("tender"."state" <> 'draft' OR "tender"."agency" = current_setting('madang.org', true)) WITH CHECK ("tender"."agency" = current_setting('madang.org', true));--> statement-breakpoint
CREATE POLICY "receipts_are_seen_with_their_acts" ON "bid_receipt" AS PERMISSIVE FOR SELECT TO public USING (EXISTS (SELECT FROM bid_act WHERE bid_act.id = "bid_receipt"."act"));--> statement-breakpoint
CREATE POLICY "receipts_are_added_to_seen_acts" ON "bid_receipt" AS PERMISSIVE FOR INSERT TO public WITH CHECK (EXISTS (SELECT FROM bid_act WHERE bid_act.id = "bid_receipt"."act"));--> statement-breakpoint
CREATE POLICY "exclusions_are_public" ON "exclusion" AS PERMISSIVE FOR SELECT TO public USING (true);--> statement-breakpoint
CREATE POLICY "exclusions_are_entered_by_who_shuts_out" ON "exclusion" AS PERMISSIVE FOR INSERT TO public WITH CHECK ("exclusion"."declared_for" = current_setting('madang.org', true));--> statement-breakpoint
CREATE POLICY "exclusions_are_lifted_by_who_shut_out" ON "exclusion" AS PERMISSIVE FOR UPDATE TO public USING ("exclusion"."declared_for" = current_setting('madang.org', true)) WITH CHECK ("exclusion"."declared_for" = current_setting('madang.org', true));--> statement-breakpoint
CREATE POLICY "invitations_are_of_their_organisation" ON "invitation" AS PERMISSIVE FOR ALL TO public USING ("invitation"."org" = current_setting('madang.org', true) OR 'operator' = ANY (string_to_array(current_setting('madang.roles', true), ' '))) WITH CHECK ("invitation"."org" = current_setting('madang.org', true) OR 'operator' = ANY (string_to_array(current_setting('madang.roles', true), ' ')));--> statement-breakpoint
CREATE POLICY "documents_are_of_their_organisation" ON "organisation_document" AS PERMISSIVE FOR ALL TO public USING ("organisation_document"."org" = current_setting('madang.org', true) OR 'operator' = ANY (string_to_array(current_setting('madang.roles', true), ' '))) WITH CHECK ("organisation_document"."org" = current_setting('madang.org', true) OR 'operator' = ANY (string_to_array(current_setting('madang.roles', true), ' ')));--> statement-breakpoint
CREATE POLICY "facts_are_of_their_organisation" ON "organisation_fact" AS PERMISSIVE FOR ALL TO public USING ("organisation_fact"."org" = current_setting('madang.org', true) OR 'operator' = ANY (string_to_array(current_setting('madang.roles', true), ' '))) WITH CHECK ("organisation_fact"."org" = current_setting('madang.org', true) OR 'operator' = ANY (string_to_array(current_setting('madang.roles', true), ' ')));--> statement-breakpoint
CREATE POLICY "reviews_are_of_their_organisation" ON "organisation_review" AS PERMISSIVE FOR ALL TO public USING ("organisation_review"."org" = current_setting('madang.org', true) OR 'operator' = ANY (string_to_array(current_setting('madang.roles', true), ' '))) WITH CHECK ("organisation_review"."org" = current_setting('madang.org', true) OR 'operator' = ANY (string_to_array(current_setting('madang.roles', true), ' ')));--> statement-breakpoint
CREATE POLICY "proposals_are_of_their_organisation" ON "proposal" AS PERMISSIVE FOR ALL TO public USING ("proposal"."org" = current_setting('madang.org', true) OR 'operator' = ANY (string_to_array(current_setting('madang.roles', true), ' '))) WITH CHECK ("proposal"."org" = current_setting('madang.org', true) OR 'operator' = ANY (string_to_array(current_setting('madang.roles', true), ' ')));--> statement-breakpoint
-- Ciphertext does not get smaller, however long one tries.
ALTER TABLE "envelope" ALTER COLUMN "bytes" SET STORAGE EXTERNAL;
