CREATE TABLE "custodian_past" (
	"kid" text PRIMARY KEY NOT NULL,
	"custodian" text NOT NULL,
	"jwk" jsonb NOT NULL,
	"ended_at" timestamp (6) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "custodian_past" ADD CONSTRAINT "custodian_past_custodian_custodian_id_fk" FOREIGN KEY ("custodian") REFERENCES "public"."custodian"("id") ON DELETE no action ON UPDATE no action;