DROP INDEX "a_tender_has_one_keyset_a_kind";--> statement-breakpoint
ALTER TABLE "draw_contribution" DROP CONSTRAINT "a_custodian_contributes_once";--> statement-breakpoint
ALTER TABLE "draw_contribution" ADD COLUMN "ks" text;--> statement-breakpoint
ALTER TABLE "keyset" ADD COLUMN "replaced_at" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "tender" ADD COLUMN "keysets_by" text;--> statement-breakpoint
ALTER TABLE "tender" ADD COLUMN "keysets_told" text;--> statement-breakpoint
CREATE UNIQUE INDEX "a_tender_has_one_keyset_a_kind" ON "keyset" USING btree ("tender","kind") WHERE "keyset"."replaced_at" IS NULL;--> statement-breakpoint
ALTER TABLE "draw_contribution" ADD CONSTRAINT "a_custodian_contributes_once_to_a_keyset" UNIQUE NULLS NOT DISTINCT("tender","custodian","ks");