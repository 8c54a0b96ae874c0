CREATE TABLE "signed_sheet" (
	"tender" text NOT NULL,
	"evaluator" text NOT NULL,
	"jws" text NOT NULL,
	"kid" text NOT NULL,
	"at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "an_evaluator_signs_one_sheet" PRIMARY KEY("tender","evaluator")
);
--> statement-breakpoint
DROP INDEX "an_account_has_one_key_in_force";--> statement-breakpoint
ALTER TABLE "actor_key" ADD COLUMN "revoked_at" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "actor_key" ADD COLUMN "revoked_for" text;--> statement-breakpoint
ALTER TABLE "signed_sheet" ADD CONSTRAINT "signed_sheet_tender_tender_no_fk" FOREIGN KEY ("tender") REFERENCES "public"."tender"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "an_account_has_one_key_in_force" ON "actor_key" USING btree ("account") WHERE "actor_key"."replaced_by" IS NULL AND "actor_key"."revoked_at" IS NULL;--> statement-breakpoint
ALTER TABLE "actor_key" ADD CONSTRAINT "a_key_is_revoked_for_a_known_reason" CHECK ("actor_key"."revoked_for" IN ('lost', 'compromised'));