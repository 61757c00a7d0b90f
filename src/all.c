/* all.c -- the slices this program is made of. */
#include "accounts/accounts.h"
#include "anomalies/anomalies.h"
#include "desk/desk.h"
#include "devices/devices.h"
#include "dialects/dialects.h"
#include "forecasts/forecasts.h"
#include "gate/gate.h"
#include "gear/gear.h"
#include "gear/sms.h"
#include "gear/table.h"
#include "gear/verbs.h"
#include "lots/lots.h"
#include "notices/notices.h"
#include "payments/payments.h"
#include "plates/plates.h"
#include "privacy/privacy.h"
#include "reports/reports.h"
#include "reservations/reservations.h"
#include "reviews/reviews.h"
#include "seed/seed.h"
#include "stays/stays.h"
#include "tariffs/tariffs.h"
#include "upkeep/upkeep.h"
#include "web/once.h"
#include "web/web.h"

extern const struct route accounts_routes[];
extern const struct route accounts_admin_routes[];
extern const struct route anomaly_routes[];
extern const struct route gate_routes[];
extern const struct route gate_stay_routes[];
extern const struct route payment_paying_routes[];
extern const struct route stay_routes[];
extern const struct route desk_routes[];
extern const struct route forecast_routes[];
extern const struct route device_routes[];
extern const struct route lot_routes[];
extern const struct route notice_routes[];
extern const struct route payment_routes[];
extern const struct route payment_receipt_routes[];
extern const struct route payment_admin_routes[];
extern const struct route plate_routes[];
extern const struct route privacy_routes[];
extern const struct route report_routes[];
extern const struct route report_admin_routes[];
extern const struct route reservation_routes[];
extern const struct route reservation_admin_routes[];
extern const struct route review_routes[];
extern const struct route review_admin_routes[];
extern const struct route s0_camera_routes[];
extern const struct route s3_plate_routes[];
extern const struct route table_routes[];
extern const struct route tariff_routes[];
extern const struct route upkeep_routes[];
extern const struct route web_routes[];
extern const struct route docs_routes[];

extern const struct table account_tables[], anomaly_tables[], device_tables[], forecast_tables[],
    gate_tables[], plate_tables[], privacy_tables[], stay_tables[], gear_tables[], lot_tables[],
    notice_tables[], payment_tables[], report_tables[], reservation_tables[], review_tables[],
    tariff_tables[];

const struct route *const all_routes[] = {
	accounts_routes,
	accounts_admin_routes,
	anomaly_routes,
	desk_routes,
	forecast_routes,
	gate_routes,
	gate_stay_routes,
	device_routes,
	lot_routes,
	notice_routes,
	payment_routes,
	payment_paying_routes,
	payment_receipt_routes,
	payment_admin_routes,
	plate_routes,
	s0_camera_routes,
	s3_plate_routes,
	privacy_routes,
	report_routes,
	report_admin_routes,
	reservation_routes,
	reservation_admin_routes,
	s0_routes,
	s0_parking_routes,
	s0_payment_routes,
	s1_routes,
	s1_device_routes,
	s2_routes,
	s2_lot_routes,
	s2_people_routes,
	s3_routes,
	s4_routes,
	s4_desk_routes,
	s4_book_routes,
	s4_lot_routes,
	s4_figure_routes,
	review_routes,
	review_admin_routes,
	table_routes,
	stay_routes,
	tariff_routes,
	upkeep_routes,
	web_routes,
	docs_routes,
	NULL,
};

/* What an admin may take away as CSV, in the order of the page that lists it. */
const struct table *const all_tables[] = {
	lot_tables,
	tariff_tables,
	reservation_tables,
	stay_tables,
	payment_tables,
	gate_tables,
	anomaly_tables,
	plate_tables,
	device_tables,
	forecast_tables,
	report_tables,
	account_tables,
	review_tables,
	notice_tables,
	privacy_tables,
	gear_tables,
	NULL,
};

const struct rule *const all_rules[] = {
	accounts_rules,
	anomaly_rules,
	device_rules,
	lot_rules,
	notice_rules,
	payment_rules,
	plate_rules,
	reservation_rules,
	review_rules,
	stay_rules,
	tariff_rules,
	NULL,
};

const struct job_kind *const all_jobs[] = {
	mail_jobs,
	sms_jobs,
	store_jobs,
	desk_jobs,
	device_jobs,
	forecast_jobs,
	lot_jobs,
	notice_jobs,
	payment_jobs,
	privacy_jobs,
	report_jobs,
	reservation_jobs,
	stay_jobs,
	seed_jobs,
	tariff_jobs,
	NULL,
};

/* How long each keeps what is its own. */
extern const struct retention web_retention[];
const struct retention *const all_retention[] = {
	accounts_retention,
	anomaly_retention,
	notice_retention,
	gear_retention,
	payment_retention,
	plate_retention,
	reservation_retention,
	stay_retention,
	web_retention,
	privacy_retention,
	NULL,
};

const struct verb *const all_verbs[] = {
	accounts_verbs,
	desk_verbs,
	forecast_verbs,
	report_verbs,
	seed_verbs,
	NULL,
};

/* One slice's news, another's reaction. */
const struct reaction all_reactions[] = {
	{ LOT_CHANGED, lot_forget_pages },
	{ LOT_CHANGED, gate_lot_changed },
	{ RESERVATION_TO_PAY, payments_reservation_to_pay },
	{ RESERVATION_CONFIRMED, payments_reservation_kept },
	{ RESERVATION_CHANGED, payments_reservation_kept },
	{ RESERVATION_EXPIRED, payments_reservation_gone },
	{ RESERVATION_CANCELLED, payments_reservation_gone },
	{ RESERVATION_UNPAYABLE, payments_reservation_unpayable },
	{ STAY_CLOSED, payments_stay_closed },
	{ STAY_UNDONE, payments_stay_undone },
	{ CHARGE_SETTLED, reservation_paid },
	{ RESERVATION_CANCELLED, notice_of_cancellation },
	{ PAYMENT_MADE, notice_of_payment },
	{ PAYMENT_FAILED, notice_of_failed_payment },
	{ REFUND_MADE, notice_of_refund },
	{ USER_DELETED,
	    anomalies_forget_person }, /* before those by which it knows whose they are */
	{ USER_DELETED, stays_forget_person },
	{ USER_DELETED, reservations_forget_person },
	{ USER_DELETED, payments_forget_person },
	{ USER_DELETED, reviews_forget_person },
	{ USER_DELETED, notices_forget_person },
	{ USER_DELETED, reports_forget_person },
	{ USER_DELETED, data_forget_person },
	{ USER_DELETED, requests_forget_person },
	{ NO_NEWS, NULL },
};

const struct sign_in all_sign_in = { accounts_person_by_token, accounts_person_by_key,
	notices_person_by_ticket };

const struct live_source all_live = { notice_reach, notices_since, notices_ended_logins,
	notices_unread };

const struct spoken all_dialects[] = {
	{ "/api/users/", &s2 },
	{ "/api/parking/", &s2 },
	{ "/api/users/users", &s0 },
	{ "/api/users/cars", &s0 },
	{ "/api/parking/slots", &s0 },
	{ "/api/parking/transactions", &s0 },
	{ "/api/payments/", &s0 },
	{ "/api/camera_ocr/", &s0 },
	{ "/api/dashboard", &s0 },
	{ "/api/dashboard/overview", &s1 },
	{ "/api/auth/", &s1 },
	{ "/api/zones", &s1 },
	{ "/api/slots", &s1 },
	{ "/api/devices", &s1 },
	{ "/api/telemetry", &s1 },
	{ "/register", &s3 },
	{ "/login", &s3 },
	{ "/start_session", &s3 },
	{ "/end_session", &s3 },
	{ "/upload_plate", &s3 },
	{ "/sessions", &s3 },
	{ "/anomalies", &s3 },
	{ "/signup", &s4 },
	{ "/verify-otp", &s4 },
	{ "/reserve", &s4 },
	{ "/payment", &s4 },
	{ "/get-reviews", &s4 },
	{ "/review", &s4 },
	{ "/userdashboard", &s4 },
	{ "/userupcomingbookings", &s4 },
	{ "/userdatadownload", &s4 },
	{ "/createlot", &s4 },
	{ "/editlot", &s4 },
	{ "/deletelot", &s4 },
	{ "/getlot", &s4 },
	{ "/getusers", &s4 },
	{ "/getreservations", &s4 },
	{ "/lotstats", &s4 },
	{ "/userstats", &s4 },
	{ "/financialstats", &s4 },
	{ "/admindashboard", &s4 },
	{ NULL },
};
