CREATE TABLE "challenge" (
	"hash" "bytea" PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"account" text,
	"facts" jsonb NOT NULL,
	"expires_at" timestamp (6) with time zone NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "guess" (
	"key" "bytea" PRIMARY KEY NOT NULL,
	"wrong" integer NOT NULL,
	"until" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "a_guess_counts_from_one" CHECK ("guess"."wrong" >= 1)
);
--> statement-breakpoint
CREATE TABLE "known_device" (
	"hash" "bytea" NOT NULL,
	"account" text NOT NULL,
	"seen_at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "known_device_account_hash_pk" PRIMARY KEY("account","hash")
);
--> statement-breakpoint
CREATE TABLE "mail" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"account" text,
	"address" text NOT NULL,
	"language" text NOT NULL,
	"facts" jsonb NOT NULL,
	"made_at" timestamp (6) with time zone NOT NULL,
	"written_at" timestamp (6) with time zone,
	"subject" text,
	"body" text
);
--> statement-breakpoint
CREATE TABLE "oidc_identity" (
	"provider" text NOT NULL,
	"subject" text NOT NULL,
	"account" text NOT NULL,
	"linked_at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "oidc_identity_provider_subject_pk" PRIMARY KEY("provider","subject")
);
--> statement-breakpoint
CREATE TABLE "one_time_link" (
	"hash" "bytea" PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"account" text,
	"email" text NOT NULL,
	"facts" jsonb NOT NULL,
	"made_at" timestamp (6) with time zone NOT NULL,
	"expires_at" timestamp (6) with time zone NOT NULL,
	"used_at" timestamp (6) with time zone
);
--> statement-breakpoint
CREATE TABLE "passkey" (
	"id" text PRIMARY KEY NOT NULL,
	"account" text NOT NULL,
	"public_key" "bytea" NOT NULL,
	"counter" bigint NOT NULL,
	"transports" text[] NOT NULL,
	"name" text NOT NULL,
	"backed_up" boolean NOT NULL,
	"made_at" timestamp (6) with time zone NOT NULL,
	"used_at" timestamp (6) with time zone
);
--> statement-breakpoint
CREATE TABLE "recovery_code" (
	"hash" "bytea" PRIMARY KEY NOT NULL,
	"account" text NOT NULL,
	"used_at" timestamp (6) with time zone
);
--> statement-breakpoint
CREATE TABLE "sign_in" (
	"id" text PRIMARY KEY NOT NULL,
	"account" text NOT NULL,
	"method" text NOT NULL,
	"agent" text NOT NULL,
	"started_at" timestamp (6) with time zone NOT NULL,
	"seen_at" timestamp (6) with time zone NOT NULL,
	"expires_at" timestamp (6) with time zone NOT NULL,
	"stepped_at" timestamp (6) with time zone,
	"stepped_by" text,
	"ended_at" timestamp (6) with time zone,
	"ended_why" text
);
--> statement-breakpoint
CREATE TABLE "totp" (
	"account" text PRIMARY KEY NOT NULL,
	"secret" "bytea" NOT NULL,
	"made_at" timestamp (6) with time zone NOT NULL,
	"confirmed_at" timestamp (6) with time zone,
	"last_step" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "account" ALTER COLUMN "password_hash" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "email_verified_at" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "language" text DEFAULT 'ko' NOT NULL;--> statement-breakpoint
ALTER TABLE "known_device" ADD CONSTRAINT "known_device_account_account_id_fk" FOREIGN KEY ("account") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "oidc_identity" ADD CONSTRAINT "oidc_identity_account_account_id_fk" FOREIGN KEY ("account") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "passkey" ADD CONSTRAINT "passkey_account_account_id_fk" FOREIGN KEY ("account") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recovery_code" ADD CONSTRAINT "recovery_code_account_account_id_fk" FOREIGN KEY ("account") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_in" ADD CONSTRAINT "sign_in_account_account_id_fk" FOREIGN KEY ("account") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "totp" ADD CONSTRAINT "totp_account_account_id_fk" FOREIGN KEY ("account") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "challenge_by_end" ON "challenge" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "guess_by_end" ON "guess" USING btree ("until");--> statement-breakpoint
CREATE INDEX "mail_written" ON "mail" USING btree ("written_at");--> statement-breakpoint
CREATE UNIQUE INDEX "an_account_is_one_person_at_a_provider" ON "oidc_identity" USING btree ("account","provider");--> statement-breakpoint
CREATE INDEX "one_time_link_by_account" ON "one_time_link" USING btree ("account","purpose");--> statement-breakpoint
CREATE INDEX "passkey_by_account" ON "passkey" USING btree ("account");--> statement-breakpoint
CREATE INDEX "recovery_code_by_account" ON "recovery_code" USING btree ("account");--> statement-breakpoint
CREATE INDEX "sign_in_by_account" ON "sign_in" USING btree ("account") WHERE "sign_in"."ended_at" IS NULL;--> statement-breakpoint
ALTER TABLE "session" DROP COLUMN "ended_at";