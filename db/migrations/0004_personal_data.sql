CREATE TABLE "person_detail" (
	"account" text PRIMARY KEY NOT NULL,
	"phone" text,
	"phone_key" text,
	"bank_account" text,
	"identity_number" text,
	"identity_number_key" text,
	"changed_at" timestamp (6) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "personal_reading" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"at" timestamp (6) with time zone NOT NULL,
	"reader" text NOT NULL,
	"address" text NOT NULL,
	"whose" text NOT NULL,
	"what" text NOT NULL,
	"purpose" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "actor_key" DROP CONSTRAINT "a_key_is_revoked_for_a_known_reason";--> statement-breakpoint
ALTER TABLE "person_detail" ADD CONSTRAINT "person_detail_account_account_id_fk" FOREIGN KEY ("account") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "person_detail_by_phone" ON "person_detail" USING btree ("phone_key");--> statement-breakpoint
CREATE INDEX "person_detail_by_identity_number" ON "person_detail" USING btree ("identity_number_key");--> statement-breakpoint
CREATE INDEX "personal_reading_by_person" ON "personal_reading" USING btree ("whose","at");--> statement-breakpoint
CREATE INDEX "personal_reading_by_time" ON "personal_reading" USING btree ("at");--> statement-breakpoint
ALTER TABLE "actor_key" ADD CONSTRAINT "a_key_is_revoked_for_a_known_reason" CHECK ("actor_key"."revoked_for" IN ('lost', 'compromised', 'left'));