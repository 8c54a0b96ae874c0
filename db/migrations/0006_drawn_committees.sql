CREATE TABLE "committee_call" (
	"tender" text NOT NULL,
	"id" text NOT NULL,
	"account" text NOT NULL,
	"salt" "bytea" NOT NULL,
	"field" text NOT NULL,
	"evaluator" text,
	"state" text NOT NULL,
	"because" text NOT NULL,
	"year" integer NOT NULL,
	"called_at" timestamp (6) with time zone NOT NULL,
	"due_at" timestamp (6) with time zone NOT NULL,
	"grounds" text,
	"statement" text DEFAULT '' NOT NULL,
	"jws" text,
	"declared_at" timestamp (6) with time zone,
	"replaced_at" timestamp (6) with time zone,
	CONSTRAINT "a_ticket_is_called_once" PRIMARY KEY("tender","id"),
	CONSTRAINT "a_call_is_in_a_known_state" CHECK ("committee_call"."state" IN ('called', 'cleared', 'seated', 'conflict', 'silent', 'passed'))
);
--> statement-breakpoint
CREATE TABLE "draw_contribution" (
	"tender" text NOT NULL,
	"custodian" text NOT NULL,
	"eid" text NOT NULL,
	"bytes" "bytea" NOT NULL,
	"jws" text NOT NULL,
	"at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "a_custodian_contributes_once" PRIMARY KEY("tender","custodian")
);
--> statement-breakpoint
CREATE TABLE "evaluator_field" (
	"account" text NOT NULL,
	"field" text NOT NULL,
	"since" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "an_evaluator_has_a_field_once" PRIMARY KEY("account","field")
);
--> statement-breakpoint
CREATE TABLE "pool_member" (
	"tender" text NOT NULL,
	"field" text NOT NULL,
	"account" text NOT NULL,
	"id" text NOT NULL,
	"salt" "bytea" NOT NULL,
	"place" integer,
	"ticket" text,
	CONSTRAINT "a_person_is_in_a_pool_once" PRIMARY KEY("tender","field","account")
);
--> statement-breakpoint
ALTER TABLE "tender" ADD COLUMN "pool" jsonb;--> statement-breakpoint
ALTER TABLE "committee_call" ADD CONSTRAINT "committee_call_tender_tender_no_fk" FOREIGN KEY ("tender") REFERENCES "public"."tender"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "draw_contribution" ADD CONSTRAINT "draw_contribution_tender_tender_no_fk" FOREIGN KEY ("tender") REFERENCES "public"."tender"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evaluator_field" ADD CONSTRAINT "evaluator_field_account_account_id_fk" FOREIGN KEY ("account") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool_member" ADD CONSTRAINT "pool_member_tender_tender_no_fk" FOREIGN KEY ("tender") REFERENCES "public"."tender"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "committee_call_by_account" ON "committee_call" USING btree ("account","year");--> statement-breakpoint
CREATE UNIQUE INDEX "a_contribution_is_handed_in_once" ON "draw_contribution" USING btree ("eid");--> statement-breakpoint
CREATE UNIQUE INDEX "a_pool_has_a_number_once" ON "pool_member" USING btree ("tender","field","id");