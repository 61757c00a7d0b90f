/* s4.h -- what the files of S4 share, the booking application: answers are {"success":true,"message":"…",…}. */
#ifndef S4_H
#define S4_H

#include "dialects/dialects.h"

enum { S4_MOST = 1000 }; /* of a list */

enum problem s4_paper(
    struct ctx *, const void *, struct reply *); /* s4_paper.c: GET /userdatadownload */

/* ---- rows of statements */

struct s4_review {
	text lot, comment, first_name;
	int64_t rating;
	instant created_at;
};
extern const struct field s4_review_fields[];

struct s4_dashboard {
	bool success;
	text first_name;
	int64_t total_bookings, active_bookings;
	double total_hours_parked;
	text most_visited_location;
	struct rows monthly_chart_data; /* struct s4_month */
};
extern const struct field s4_dashboard_fields[];
struct s4_month {
	text month; /* "2025-07" */
	int64_t count;
};
extern const struct field s4_month_fields[];

struct s4_booking { /* of one's own, or for admins of anybody's */
	int64_t reservation_id;
	text user, email, lot, city, slot, vehicle_registration_number, status, time_zone, currency;
	instant start_time, end_time;
	money price;
	text amount;
};
extern const struct field s4_booking_fields[], s4_reservation_fields[];

struct s4_user {
	int64_t id;
	text username, email, first_name, last_name, phone, role;
	bool verified;
	instant created_at;
};
extern const struct field s4_user_fields[];

struct s4_lot_stats {
	int64_t id;
	text name, city, currency, revenue;
	int64_t total_slots, available_slots, occupied_slots, reserved_slots, total_reservations;
	money earned;
};
extern const struct field s4_lot_stats_fields[];

struct s4_user_stats {
	bool success;
	int64_t total_users, new_users_this_month, active_users;
	struct rows top_users; /* struct s4_top_user */
};
extern const struct field s4_user_stats_fields[];
struct s4_top_user {
	int64_t user_id, bookings;
	text username, first_name;
};
extern const struct field s4_top_user_fields[];

#endif
