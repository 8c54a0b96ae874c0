CREATE TABLE "readings_looked_through" (
	"month" text PRIMARY KEY NOT NULL,
	"by" text NOT NULL,
	"at" timestamp (6) with time zone NOT NULL,
	"statement" text NOT NULL,
	CONSTRAINT "a_month_is_written_as_year_and_month" CHECK ("readings_looked_through"."month" ~ '^[0-9]{4}-(0[1-9]|1[0-2])$')
);
--> statement-breakpoint
ALTER TABLE "readings_looked_through" ADD CONSTRAINT "readings_looked_through_by_account_id_fk" FOREIGN KEY ("by") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;