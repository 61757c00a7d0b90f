/*
 * devices.h -- what is mounted on slots, what it measures, and how it fares.
 *
 * A device sits on one slot, and a slot has one at most.  It is known by its code, in whatever case it is written.  What
 * it sends is a reading: voltage, current, power factor, at a time.  There is one reading a device and time: another one
 * for the same changes nothing.
 *
 * Its last report is the latest time it told, but never later than when we heard it: greatest(old, least(timestamp, now)).
 * From that alone, and from the clock, comes its health: HEALTHY up to two minutes, WARNING up to ten, OFFLINE after, and
 * before its first report.  Its electrical state comes from its latest reading: critical below 180 or above 250 V, else
 * warning below a power factor of 0.8, else normal.
 *
 * A device's clock may be off: five minutes either way from the time of receipt, of the newest reading it sends, is an
 * anomaly, once until its clock is right again; more than a day ahead is refused.  (Older ones in the same parcel are what
 * it kept while nobody listened.)  Going offline and coming back are told to operators, once each; more than ten of a
 * lot that go in the same minute, in one notice.
 *
 * What a slot's sensors say of it: a car stands there if somebody's word says so (S1's slots, written by whoever reads the
 * sensor) and still holds: ten minutes, or as long as its device reports, or, without a device, until somebody says
 * otherwise.  And a car stands at a charger from which at least 6 A are drawn: less than that no charging point may
 * offer (IEC 61851-1, table A.8), so there is a plug in a car.  That none is drawn says nothing: the car may be full.
 * No other slot's current tells of cars; it feeds the sensor itself.  A slot whose device is silent is unknown.
 *
 * How many devices are healthy is never counted: device_minutes and device_counts are kept by the database itself as
 * reports change (migrations/0035_devices.sql).
 */
#ifndef DEVICES_H
#define DEVICES_H

#include "gear/db.h"
#include "gear/jobs.h"

#define HEALTHY_FOR (2 * MINUTE)
#define WARNING_FOR (10 * MINUTE) /* the same figure is in slot_told_taken() and slot_silent() */
#define SKEW_MOST (5 * MINUTE)
#define AHEAD_MOST DAY

enum health { HEALTHY, WARNING, OFFLINE };
enum health device_health(instant last_reported, instant now); /* last_reported {0}: never */
text health_name(enum health); /* "healthy" */

struct device {
	int64_t id, slot_id, lot_id;
	text code, name;
	text slot_code, slot_label, lot_name, zone_code, time_zone;
	instant last_reported, received_at; /* {0}: never */
	instant read_at; /* of the latest reading; {0}: none */
	double voltage, current, power_factor; /* V, A, and a share: of the latest reading */
	bool read; /* there is one */
	text amperes, factor; /* "5.20", "0.92": the same in words */
	text electrical; /* normal, warning, critical; "" before the first reading */
	text health; /* healthy, warning, offline */
	instant created_at;
	int64_t silent_seconds; /* since its last report; 0 if it never did */
};
extern const struct field device_fields[];

struct device_draft {
	int64_t id; /* 0: a new one */
	text code, name, slot; /* slot: its code, in any case */
};
extern const struct field device_draft_fields[];

extern const struct rule device_rules[];
extern const struct job_kind device_jobs[];

/* ---- registering.  DUPLICATE with words beside the field for a code or a slot that another one has; INVALID. */

enum problem device_add(struct ctx *, const struct device_draft *, struct device *);
enum problem device_change(struct ctx *, const struct device_draft *, struct device *);
enum problem device_remove(struct ctx *, int64_t id); /* with all its readings; NOT_FOUND */

enum problem device_load(struct ctx *, int64_t id, struct device *); /* NOT_FOUND */
enum problem device_named(struct ctx *, text code, struct device *); /* NOT_FOUND */

struct device_filter {
	text q; /* in code, name, slot or lot; "" */
	int64_t lot; /* 0: any */
	text health; /* healthy, warning, offline; "" */
	text electrical; /* normal, warning, critical; "" */
	text sort; /* as devices_asked (tables.h) has it, or "added", "-added": newest first */
	int64_t skip, most;
};
enum problem devices_list(struct ctx *, const struct device_filter *, struct rows *);
/* How many, `most` of them at most. */
enum problem devices_count(struct ctx *, const struct device_filter *, int64_t most, int64_t *n);

struct overview { /* of a lot, or of all */
	int64_t slots, occupied, available; /* by who is there, not by who has booked */
	int64_t devices, healthy, warning, offline;
	int64_t electrical_warning, electrical_critical;
};
extern const struct field overview_fields[];
enum problem devices_overview(struct ctx *, int64_t lot_id, struct overview *); /* 0: all lots */

/* ---- readings */

struct reading {
	text device_code;
	double voltage, current, power_factor;
	instant timestamp; /* {0}, on its way in: now */
};
extern const struct field reading_fields[];

enum taken { TAKEN_NEW, TAKEN_DUPLICATE, TAKEN_FROM_NOBODY };
#define READINGS_MOST 1000 /* in one parcel */

/* INVALID with words beside timestamp: too far ahead.  Puts now where there is no time. */
enum problem reading_check(struct ctx *, struct reading *);

/* Stores n readings (READINGS_MOST at most), all or none, and says of each what became of it.
 *
 * What arrives at a worker in the same turn of its loop, or while it is storing, is stored together: by one statement in
 * one transaction, and each caller learns of its own.  So call it outside of transactions, or nobody else's is taken
 * along.  If what was put together fails, each is tried by itself. */
enum problem telemetry_take(struct ctx *, struct reading *, size_t n, enum taken *each);

struct readings_asked {
	text device_code; /* "": of all; of one that is not registered there are none */
	int64_t lot; /* with all: only of its devices; 0: of any */
	instant from, until; /* [from, until); {0}: no bound */
	int64_t skip, most;
};
/* Newest first: struct reading. */
enum problem telemetry_list(struct ctx *, const struct readings_asked *, struct rows *);
enum problem telemetry_count(struct ctx *, const struct readings_asked *, int64_t *n);

/* ---- slots, as sensors see them */

struct sensed_slot { /* S1's: physical only */
	int64_t id, zone_id, lot_id;
	text code;
	bool occupied; /* a stay is open there, or a sensor says so */
};
extern const struct field sensed_slot_fields[];
struct slots_asked {
	int64_t lot; /* 0: of any */
	text zone_code; /* in any case; "": of any */
	int64_t skip, most;
};
enum problem sensed_slots(
    struct ctx *, const struct slots_asked *, struct rows *); /* newest first */
enum problem sensed_slots_count(struct ctx *, const struct slots_asked *, int64_t *n);
enum problem sensed_slot_load(struct ctx *, int64_t id, struct sensed_slot *); /* NOT_FOUND */
/* Somebody's word that a car is there, or is not. */
enum problem slot_say(struct ctx *, int64_t slot_id, bool occupied);

/* ---- rows that only this slice's statements give */

struct device_id {
	int64_t id, lot_id;
};
extern const struct field device_id_fields[];
struct stored {
	int64_t nth, device_id; /* nth from 1; device_id 0: there is none */
	bool fresh, back,
	    skewed; /* stored; told offline until now; its clock is wrong, and was not */
	text code;
};
extern const struct field stored_fields[];
struct gone_device {
	int64_t id, lot_id;
	text code, slot_label, lot_name;
	instant last_reported;
};
extern const struct field gone_device_fields[];
struct how_many {
	int64_t n;
};
extern const struct field how_many_fields[];

#endif
