CREATE TABLE "bid_claim" (
	"c" text PRIMARY KEY NOT NULL,
	"tender" text NOT NULL,
	"bidder" text NOT NULL,
	"outcome" text NOT NULL,
	"at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "a_claim_has_one_of_two_outcomes" CHECK ("bid_claim"."outcome" IN ('put back', 'recorded'))
);
--> statement-breakpoint
ALTER TABLE "bid_claim" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "share_clearing" (
	"ks" text NOT NULL,
	"x" integer NOT NULL,
	"eid" text NOT NULL,
	"jws" text NOT NULL,
	CONSTRAINT "a_custodian_clears_itself_once" PRIMARY KEY("ks","x","eid")
);
--> statement-breakpoint
ALTER TABLE "bid_claim" ADD CONSTRAINT "bid_claim_tender_tender_no_fk" FOREIGN KEY ("tender") REFERENCES "public"."tender"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE POLICY "claims_are_their_bidders" ON "bid_claim" AS PERMISSIVE FOR ALL TO public USING ("bid_claim"."bidder" = current_setting('madang.org', true)) WITH CHECK ("bid_claim"."bidder" = current_setting('madang.org', true));
--> statement-breakpoint
-- Bytes as base64url without padding.
CREATE FUNCTION "b64u"("of_bytes" bytea) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
	SELECT translate(encode(of_bytes, 'base64'), E'+/=\n', '-_')
$$;--> statement-breakpoint
-- The blinded leaf's c for a salt and a statement; null where the salt is none.
CREATE FUNCTION "commitment_of"("of_salt" text, "of_jws" text) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, public AS $$
BEGIN
	RETURN b64u(sha256(convert_to(E'sealed/1\n', 'UTF8') || decode(translate(of_salt, '-_', '+/') || '=', 'base64') || convert_to(of_jws, 'UTF8')));
EXCEPTION WHEN others THEN
	RETURN NULL;
END
$$;--> statement-breakpoint
-- The API may not change an act. It may put back the one that the log holds the commitment of, where its row is gone or is no longer what was
-- committed; answers its index, null when the log holds no such entry or another act of that number stands.
CREATE FUNCTION "put_back_act"("of_tender" text, "of_bidder" text, "of_account" text, "of_kind" text, "of_seq" integer, "of_jws" text,
	"of_salt" text, "of_technical" text, "of_price" text, "of_at" timestamptz, "of_received" text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
	of_c text := commitment_of(of_salt, of_jws);
	of_idx bigint;
	of_id bigint;
BEGIN
	IF of_bidder IS DISTINCT FROM current_setting('madang.org', true) THEN RETURN NULL; END IF;
	SELECT idx INTO of_idx FROM public.log_entry WHERE c = of_c;
	IF of_idx IS NULL THEN RETURN NULL; END IF;
	SELECT id INTO of_id FROM public.bid_act AS a
		WHERE a.c = of_c OR (a.tender = of_tender AND a.bidder = of_bidder AND a.seq = of_seq AND a.c IS DISTINCT FROM commitment_of(a.salt, a.jws))
		ORDER BY a.c = of_c DESC LIMIT 1;
	IF EXISTS (SELECT FROM public.bid_act AS a WHERE a.tender = of_tender AND a.bidder = of_bidder AND a.seq = of_seq AND a.id IS DISTINCT FROM of_id) THEN
		RETURN NULL;
	END IF;
	IF of_id IS NULL THEN
		INSERT INTO public.bid_act (tender, bidder, account, kind, seq, jws, salt, c, eid_technical, eid_price, at, idx)
			VALUES (of_tender, of_bidder, of_account, of_kind, of_seq, of_jws, of_salt, of_c, of_technical, of_price, of_at, of_idx) RETURNING id INTO of_id;
	ELSE
		UPDATE public.bid_act SET tender = of_tender, bidder = of_bidder, kind = of_kind, seq = of_seq, jws = of_jws, salt = of_salt, c = of_c,
			eid_technical = of_technical, eid_price = of_price, at = of_at, idx = of_idx WHERE id = of_id;
	END IF;
	INSERT INTO public.bid_receipt (act, received) VALUES (of_id, of_received) ON CONFLICT (act) DO UPDATE SET received = of_received;
	RETURN of_idx;
END
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION "put_back_act" FROM PUBLIC;--> statement-breakpoint
-- Nor may it change ciphertext. It may bring back lost bytes: those alone whose hash an act of the tender names.
CREATE FUNCTION "restore_envelope"("of_tender" text, "of_eid" text, "of_bytes" bytea) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
	act record;
BEGIN
	IF of_eid IS DISTINCT FROM b64u(sha256(of_bytes)) THEN RETURN 'differs'; END IF;
	SELECT a.bidder, CASE WHEN a.eid_technical = of_eid THEN 'technical' ELSE 'price' END AS kind INTO act FROM public.bid_act AS a
		WHERE a.tender = of_tender AND (a.eid_technical = of_eid OR a.eid_price = of_eid) LIMIT 1;
	IF NOT FOUND THEN RETURN 'unknown'; END IF;
	IF EXISTS (SELECT FROM public.envelope AS e WHERE e.eid = of_eid AND e.tender = of_tender AND sha256(e.bytes) = sha256(of_bytes)) THEN RETURN 'whole'; END IF;
	INSERT INTO public.envelope (eid, tender, bidder, kind, kc, bytes)
		VALUES (of_eid, of_tender, act.bidder, act.kind, convert_from(of_bytes, 'UTF8')::jsonb->>'kc', of_bytes)
		ON CONFLICT (eid) DO UPDATE SET tender = of_tender, bidder = act.bidder, kind = act.kind, bytes = of_bytes;
	-- Releases that were looked at while it was missing are looked at again.
	UPDATE public.release SET compared = 0 WHERE tender = of_tender AND kind = act.kind AND compared = 1;
	RETURN 'restored';
END
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION "restore_envelope" FROM PUBLIC;
