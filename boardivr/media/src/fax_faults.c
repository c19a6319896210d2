/* Machines that misbehave, for tests of those that have to do with them: what they send is
 * changed on its way to the modem, what they hear on its way from it. */

#include "fax.h"

#define COMMAND(kind) ((kind) & 0xFE)
#define RECEIVES 0x02 /* bit 10 of a DIS: can receive */
#define MODEMS 0x3C   /* bits 11 to 14; none: V.27ter at 2400 */

static bool strikes(int count, int after, int times)
{
    return count >= after && (times < 0 || count < after + times);
}

/* Is the session in this phase, after so many pages? */
bool bi_fax_is_in(const struct bi_fax *f, int phase, int after)
{
    const bi_fax_result *r = &f->result;
    return phase && r->phase >= phase && r->pages_confirmed + f->taken >= after;
}

/* Doesn't it hear this frame? */
bool bi_fax_misses(struct bi_fax *f, const uint8_t *frame, int length)
{
    const bi_fax_faults *x = &f->faults;
    return x->misses && length >= 3 && COMMAND(frame[2]) == COMMAND(x->misses) &&
           strikes(f->missed++, x->misses_after, x->misses_times);
}

static void change_dis(const bi_fax_faults *x, uint8_t *frame)
{
    if (x->no_paper)
        frame[4] &= (uint8_t)~RECEIVES;
    if (x->is_slow)
        frame[4] &= (uint8_t)~MODEMS;
}

static void send_hdlc(void *user, const uint8_t *frame, int length)
{
    struct bi_fax *f = user;
    const bi_fax_faults *x = &f->faults;
    uint8_t changed[300];
    if (!frame || length < 3 || length > (int)sizeof(changed)) {
        f->send_hdlc(f->fax, frame, length);
        return;
    }
    memcpy(changed, frame, (size_t)length);
    if (COMMAND(frame[2]) == T30_DIS && length > 4)
        change_dis(x, changed);
    if (x->instead_of && COMMAND(frame[2]) == COMMAND(x->instead_of) &&
        strikes(f->said++, x->says_after, x->says_times)) {
        changed[2] = (uint8_t)(COMMAND(x->says) | (frame[2] & 1));
        length = 3;
    }
    f->send_hdlc(f->fax, changed, length);
}

/* The paper may be at its end now. */
void bi_fax_run_out(struct bi_fax *f)
{
    if (f->faults.not_ready_after >= 0 && f->taken >= f->faults.not_ready_after)
        f->fax->t30.receiver_not_ready_count = 1000;
}

void bi_fax_misbehave(struct bi_fax *f)
{
    t30_state_t *t = &f->fax->t30;
    bi_fax_run_out(f);
    f->send_hdlc = t->send_hdlc_handler;
    t->send_hdlc_handler = send_hdlc;
    t->send_hdlc_user_data = f;
}
