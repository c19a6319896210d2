/* Global Call: line devices, their calls, and how a function ends. */

#ifndef GC_H
#define GC_H

#include "dlg.h"
#include "gcerr.h"
#include "isdnerr.h" // ERR_ISDN_CAUSE

#define GC_PARAMETERS 64
#define GC_TEXT (GC_ADDRSIZE + 1)

/* A call; known by its CRN to the program, and by `number` to the line's firmware. */
struct gc_call {
    struct gc_call *next;
    long crn, line;
    int64_t number;
    int state;         /* GCST_* */
    bool is_dropping, is_told; /* by gc_DropCall; whether an event says when it is done */
    bool is_sync;      /* a function waits for the answer: it returns, and there is no event */
    char ani[GC_TEXT], dnis[GC_TEXT];
    int result;        /* GCRV_*, of what ended it */
    long cause;        /* of Q.850 */
};

/* A line device's own; `more` of a device of kind DLG_LINEDEV. */
struct gc_line {
    char library[GC_MAX_CCLIBNAME_LEN + 1]; /* call control library of its protocol */
    int library_id;
    long network, voice;
    bool is_voice_ours; /* opened with the line, and closed with it */
    void *attribute;
    bool is_set, waits, is_waited_for; /* WaitCall: async; a thread that waits */
    long taken;                        /* CRN that the thread has got */
    unsigned long mask;
    char calling[GC_TEXT];
    int ids[GC_PARAMETERS];
    GC_PARM values[GC_PARAMETERS];
    int count;
};

/* What comes with an event of ours. */
struct gc_event {
    unsigned magic;
    long line, crn;
    void *attribute;
    int library_id, result;
    long library_result;
    void *block; /* of the event's data; freed with it */
};

/* gc_events.c; the lock is held */
void gc_post(struct dlg_device *d, long type, const struct gc_call *call, int result, long cause);
void gc_post_block(struct dlg_device *d, long type, long crn, void *block);
int gc_failed(int error);              /* keeps it for gc_ErrorInfo; returns -1 */
int gc_fail(int error);                /* the same, and lets the lock go */
int gc_done(void);                     /* lets the lock go; 0 */

/* gc_start.c and gc_lines.c */
struct dlg_device *gc_enter(long line); /* takes the lock; NULL without it, the error is kept */
struct gc_line *gc_line_of(struct dlg_device *d);
extern bool gc_started;
int gc_library_id(const char *name);   /* -1: no such */
const char *gc_library_name(int id);
void gc_choose_library(struct gc_line *line, const char *protocol);

/* gc_config.c; the lock is held */
void gc_forget_config(long line);

/* gc_calls.c; the lock is held */
struct gc_call *gc_find(long crn);
struct gc_call *gc_call_of(long line, int64_t number);
void gc_forget(long line);             /* all its calls */
struct gc_call *gc_add(long line, int64_t number, int state); /* number 0: its CRN */
void gc_drop(struct gc_call *gone);
void gc_copy(char *to, const char *from, size_t size); /* an address; `to` has GC_TEXT bytes */
long gc_ask(struct dlg_device *d, int verb, int64_t number, long argument, const void *data,
            size_t size);
/* Take the lock and a call that is in one of the states. NULL: without the lock. */
struct gc_call *gc_take(long crn, int states);
void gc_hear(struct dlg_device *d, const struct dlg_message *m);

#endif
