/* The newer conferencing: boards, conferences and parties, each a handle of the program's.
 * The firmware has one device for all of them, and knows a conference or a party by its number. */

#ifndef CNF_H
#define CNF_H

#include "cnflib.h"
#include "dlg.h"

enum cnf_role { CNF_BOARD, CNF_CONFERENCE, CNF_PARTY, CNF_ANY };

/* A handle's own; `more` of a device of kind DLG_CNF. */
struct cnf_more {
    enum cnf_role role;
    int id;          /* the firmware's number */
    long board;      /* handle that it was opened through */
    long conference; /* that a party is in; 0: none */
    unsigned events; /* that are told: a bit for each, from the first of its role */
};

/* cnf.c; the lock is held where it isn't taken */
struct dlg_device *cnf_enter(long handle, enum cnf_role role); /* takes the lock; NULL: the error is kept */
struct cnf_more *cnf_of(struct dlg_device *d);
int cnf_fail(long error);                           /* keeps it; CNF_ERROR */
int cnf_leave(struct dlg_device *d, long error);    /* the same where there is one, and lets go */
long cnf_ask(struct dlg_device *d, int verb, const int *parties, int n, struct dlg_message *m);
struct dlg_device *cnf_find(uint32_t board, enum cnf_role role, int id);
const char *cnf_name(enum cnf_role role, int id);
void *cnf_post(const struct dlg_device *called_on, long event, const void *data, size_t size, void *user);
int cnf_end(long handle, long error, long event, const void *data, size_t size, void *user, void **copy);
void cnf_notify(long handle, int event, long type, const void *data, size_t size);
/* cnf_parties.c */
void cnf_post_parties(struct dlg_device *d, long event, const struct dlg_message *m, void *user);
void cnf_hear(struct dlg_device *d, const struct dlg_message *m);

#endif
