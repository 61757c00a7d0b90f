/* fields.c -- what crosses the borders of the gate. */
#include "gate/gate.h"

const struct field gate_lot_fields[] = { FIELD(gate_lot, id), FIELD(gate_lot, name),
	FIELD(gate_lot, chosen), FIELD_END };

const struct field gate_move_fields[] = {
	FIELD(gate_move, id, .doc = "Of the stay"),
	FIELD(gate_move, at),
	FIELD(gate_move, in, .doc = "It drove in, not out"),
	FIELD(gate_move, plate_typed),
	FIELD(gate_move, slot_label, .nullable = true),
	FIELD(gate_move, status),
	FIELD(gate_move, fee),
	FIELD(gate_move, currency),
	FIELD(gate_move, free, .hidden = true),
	FIELD(gate_move, undoable),
	FIELD_END,
};

const struct field gate_sum_fields[] = {
	FIELD(gate_sum, user_name, .doc = "The operator"),
	FIELD(gate_sum, method, .doc = "cash, card; online for refunds by hand"),
	FIELD(gate_sum, currency, .doc = "ISO 4217"),
	FIELD(gate_sum, payments, .doc = "How many were taken"),
	FIELD(gate_sum, refunds, .doc = "How many were handed out"),
	FIELD(gate_sum, taken, .doc = "Minor units"),
	FIELD(gate_sum, returned),
	FIELD(gate_sum, net),
	FIELD_END,
};

const struct field gate_shift_fields[] = {
	FIELD(gate_shift, user_id),
	FIELD(gate_shift, user_name),
	FIELD(gate_shift, since, .nullable = true,
	    .doc = "Its first deed; null: nothing was done yet"),
	FIELD(gate_shift, time_zone, .hidden = true),
	FIELD(gate_shift, in, .doc = "Cars let in"),
	FIELD(gate_shift, out, .doc = "Cars let out"),
	FIELD_LIST(gate_shift, sums, gate_sum),
	FIELD_LIST(gate_shift, here, gate_sum, .hidden = true),
	FIELD(gate_shift, cash, .doc = "Taken less handed out, in the lot's currency"),
	FIELD(gate_shift, currency),
	FIELD(gate_shift, empty, .hidden = true),
	FIELD_END,
};

const struct field gate_who_fields[] = {
	FIELD(gate_who, plate),
	FIELD(gate_who, plate_typed),
	FIELD(gate_who, user_name, .nullable = true),
	FIELD(gate_who, vehicle, .nullable = true),
	FIELD(gate_who, visits, .doc = "Stays before this one"),
	FIELD_ONE(gate_who, stay, stay, .doc = "The one that is open; null: it is not inside"),
	FIELD(gate_who, here, .doc = "… at this lot"),
	FIELD_ONE(gate_who, booking, reservation, .doc = "The one it may drive in on"),
	FIELD(gate_who, cannot, .nullable = true, .doc = "Why that booking does not let in now"),
	FIELD(gate_who, early),
	FIELD(gate_who, moves, .hidden = true),
	FIELD(gate_who, fee, .doc = "If it left now, minor units"),
	FIELD(gate_who, due, .doc = "… and what of it is still to pay"),
	FIELD(gate_who, currency),
	FIELD(gate_who, time_zone, .hidden = true),
	FIELD_LIST(gate_who, because, price_row),
	FIELD_LIST(gate_who, debts, stay, .doc = "Stays before that are not paid"),
	FIELD(gate_who, debt, .hidden = true),
	FIELD(gate_who, told, .doc = "When this was worked out"),
	FIELD(gate_who, unknown, .hidden = true),
	FIELD(gate_who, may_enter),
	FIELD(gate_who, full, .doc = "No slot is free for it"),
	FIELD(gate_who, slot_label, .nullable = true),
	FIELD_END,
};

const struct field live_slot_fields[] = {
	FIELD(live_slot, id),
	FIELD(live_slot, zone_id),
	FIELD(live_slot, zone_code, .hidden = true),
	FIELD(live_slot, zone_name, .hidden = true),
	FIELD(live_slot, code),
	FIELD(live_slot, label),
	FIELD(live_slot, state,
	    .doc = "available, reserved_soon, reserved, occupied, unknown or out_of_service"),
	FIELD(live_slot, plate, .nullable = true),
	FIELD(live_slot, stay_id, .nullable = true),
	FIELD(live_slot, since, .nullable = true),
	FIELD(live_slot, next, .nullable = true, .doc = "When somebody has booked it next"),
	FIELD(live_slot, accessible),
	FIELD(live_slot, ev),
	FIELD(live_slot, spoken, .hidden = true),
	FIELD_END,
};

const struct field gate_id_fields[] = { FIELD(gate_id, id), FIELD(gate_id, n), FIELD_END };
const struct field gate_car_fields[] = { FIELD(gate_car, user_id), FIELD(gate_car, visits),
	FIELD(gate_car, user_name), FIELD(gate_car, label), FIELD(gate_car, car_type), FIELD_END };
const struct field gate_since_fields[] = { FIELD(gate_since, since, .nullable = true),
	FIELD(gate_since, in), FIELD(gate_since, out), FIELD_END };
const struct field gate_shift_line_fields[] = {
	FIELD(gate_shift_line, id),
	FIELD(gate_shift_line, user_name),
	FIELD(gate_shift_line, begun_at),
	FIELD(gate_shift_line, ended_at),
	FIELD(gate_shift_line, currency),
	FIELD(gate_shift_line, cash, .doc = "What the books say, minor units"),
	FIELD(gate_shift_line, counted, .doc = "What lay in the till"),
	FIELD(gate_shift_line, difference),
	FIELD(gate_shift_line, note, .nullable = true),
	FIELD_END,
};
