/* The inside of the simulated library. It is thin, as a real board's is: it keeps handles,
 * events and attributes, reads and writes the program's files, and asks the firmware for
 * everything else, over a socket. One lock guards all of it; programs' functions (handlers,
 * UIO) are called without it. */

#ifndef DLG_H
#define DLG_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

#include "dlg_ops.h"
#include "gclib.h"
#include "dxxxlib.h"

#define DLG_NAME 64
#define DLG_HANDLES 4096 /* 1 to 4095 */
#define DLG_DATA 16384 /* bytes behind a message that a reply can have */

struct dlg_message {
    uint32_t size;
    uint16_t op, zero;
    uint32_t device, token;
    int64_t a[8];
    uint8_t data[DLG_DATA];
};
#define DLG_HEAD (offsetof(struct dlg_message, data))

/* Termination conditions, as the firmware takes them: times in ms, -1: not watched. */
struct dlg_until {
    int32_t max_digits, digit_mask, max_time, first_digit, inter_digit, max_silence;
    int32_t initial_silence, max_non_silence, loop_off, tone_on, tone_off, flags, digit_type, spare;
};

enum dlg_kind { DLG_VOICE = 'V', DLG_FAX = 'F', DLG_NETWORK = 'D', DLG_STATION = 'M',
                DLG_CONFERENCE = 'C', DLG_LINEDEV = 'G', DLG_ECHO = 'E', DLG_BOARD = 'B',
                DLG_CNF = 'N' };

struct dlg_device;

/* What runs on a device: begun by a function, ended by a DONE. */
struct dlg_op {
    bool active, sync, done;
    int state;         /* CS_* while it runs */
    long event;        /* that its end posts, where it isn't sync */
    uint32_t token;
    int result;        /* what a sync function returns */
    bool is_told;      /* DONE has come */
    bool has_media;    /* the pump has a part in it, and ends it */
    /* takes the results, with the lock held; returns the event to post, or 0 for `event` */
    long (*finish)(struct dlg_device *d, struct dlg_op *op, const struct dlg_message *m);
    void *target;      /* of the program's: DV_DIGIT and the like */
    char event_data[8];
    int event_size;
    struct dlg_message told;
};

struct dlg_voice {
    int hook, line;    /* RLS_* */
    long termmsk, trcount, trtime, ringcnt, rings, toneid;
    long cpterm, cperror, conntype, ansrsiz, crtnid, dtnfail;
    long frqhz[3], frqdur[3], frqout, longlow, shortlow, sizehi;
    unsigned mask;     /* of dx_setevtmsk */
    unsigned rings_needed;
    int digit_types, digit_mode;
    int volume, speed; /* steps of the tables, -10 to 10 */
    int caller_id;     /* enabled */
    int catching;      /* threads in dx_getevt or dx_wtring */
    unsigned catch_mask;
    bool caught;
    DX_CST cst;
    bool stop_catching;
    DX_UIO uio;
    bool has_uio;
};

struct dlg_device {
    long handle;
    int kind;
    bool gone; /* its firmware is */
    uint32_t number; /* the firmware's */
    int type, subdevices;
    int part;          /* of the firmware's device: a party of the conferencing board */
    bool is_connected; /* by dev_Connect */
    unsigned reserved; /* coders: bits of eDEV_RESOURCE_TYPE */
    char name[DLG_NAME];
    long lasterr;
    struct dlg_op op;
    struct dlg_voice v;
    void *more; /* of its library; freed at closing */
    void (*hear)(struct dlg_device *d, const struct dlg_message *m); /* EVENT, lock held */
};

/* core.c */
extern pthread_mutex_t dlg_lock;
extern pthread_cond_t dlg_changed;
struct dlg_device *dlg_find(long handle, int kind); /* lock held; NULL: no such; kind 0: any */
struct dlg_device *dlg_enter(long handle, int kind); /* takes the lock; or NULL, without it */
int dlg_leave(struct dlg_device *d, long error);     /* lets go; -1 where error isn't 0 */
struct dlg_device *dlg_open(const char *name, int kind, long *error); /* without the lock */
int dlg_close(struct dlg_device *d);                 /* lock held, and let go */
void dlg_set_error(long handle, long error);
void *dlg_zeroed(size_t size);
void dlg_forget_firmware(void); /* lock held */
struct dlg_device *dlg_by_number(uint32_t number, int from); /* the firmware's; lock held */
const char *dlg_text(char family, long code);
int dlg_wait(int64_t deadline_ns); /* lock held; 0, or ETIMEDOUT */
int64_t dlg_now(void);
int64_t dlg_deadline(double seconds); /* of simulated time; negative: never */
void dlg_deadline_spec(int64_t deadline, struct timespec *out);

/* link.c */
bool dlg_connect(void); /* lock held */
extern int dlg_speed;
/* Ask the firmware; lock held, let go of while waiting. Returns its error, 0, or -1: no firmware.
 * `m` has op, device and numbers, and is the reply afterwards. */
long dlg_ask(struct dlg_message *m, const void *data, size_t size, int fd);
void dlg_tell(struct dlg_message *m, const void *data, size_t size); /* no reply is waited for */
uint32_t dlg_token(void);
pthread_t dlg_thread(void *(*run)(void *), void *argument);

/* op.c */
int dlg_begin(struct dlg_device *d, int state, unsigned mode, long event,
              long (*finish)(struct dlg_device *, struct dlg_op *, const struct dlg_message *));
int dlg_run(struct dlg_device *d, struct dlg_message *m, const void *data, size_t size, int fd);
void dlg_told(struct dlg_device *d, const struct dlg_message *m); /* lock held */
void dlg_finish(struct dlg_device *d);                            /* lock held */
int dlg_stop(struct dlg_device *d, unsigned mode, long nostop);   /* lock held, let go */

/* queue.c */
void *dlg_post(long device, unsigned long type, const void *data, long size, void *extra,
               void (*release)(void *)); /* lock held; returns the event's copy of the data */
void *dlg_current_extra(void);
bool dlg_current(long *device, long *type, long *size, void **data);
void dlg_drop_events(long device); /* lock held */

/* pump.c */
void dlg_uio_of(const struct dlg_device *d, DX_UIO *out); /* io.c */
int dlg_pump_play(struct dlg_device *d, DX_IOTT *list, const DX_XPB *format, int mode, int *fd);
int dlg_pump_record(struct dlg_device *d, DX_IOTT *list, DX_XPB *format, int mode, int *fd,
                    int64_t *samples);
void dlg_pump_told(struct dlg_device *d); /* DONE has come; lock held */
void dlg_pump_drop(struct dlg_device *d); /* it never started, or the firmware is gone; lock held */
bool dlg_in_pump(void);

/* route.c; the device is of one of these kinds */
int dlg_slot_of(long handle, const char *kinds, int side, SC_TSINFO *info);
int dlg_listen_to(long handle, const char *kinds, int side, const SC_TSINFO *info);

/* tpt.c */
int dlg_until_of(const DV_TPT *list, struct dlg_until *out);

/* unsupported functions */
int dlg_unsupported(char family, long handle);

#define DLG_EXPORT __attribute__((visibility("default")))

#endif
