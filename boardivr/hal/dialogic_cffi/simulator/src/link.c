/* The connection to the firmware: questions, their replies, and one thread that reads. */

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "dlg.h"

struct question {
    uint32_t token;
    struct dlg_message *reply;
    bool answered;
    struct question *next;
};

int dlg_speed = 1;
static int fd = -1;
static int link_number; /* counts connections: an old one's thread must not end the new one */
static uint32_t last_token;
static struct question *questions;
static pthread_mutex_t writing = PTHREAD_MUTEX_INITIALIZER;

uint32_t dlg_token(void)
{
    return ++last_token;
}

/* A thread of ours: the program's signals aren't for it. */
pthread_t dlg_thread(void *(*run)(void *), void *argument)
{
    sigset_t all, before;
    pthread_t thread;
    pthread_attr_t attributes;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    if (pthread_create(&thread, &attributes, run, argument) != 0)
        thread = 0;
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return thread;
}

static bool read_all(int from, void *to, size_t size)
{
    for (size_t got = 0; got < size;) {
        ssize_t n = recv(from, (char *)to + got, size - got, 0);
        if (n <= 0 && !(n < 0 && errno == EINTR))
            return false;
        got += n > 0 ? (size_t)n : 0;
    }
    return true;
}

static bool read_message(int from, struct dlg_message *m)
{
    if (!read_all(from, m, DLG_HEAD) || m->size < DLG_HEAD || m->size > sizeof(*m))
        return false;
    return read_all(from, m->data, m->size - DLG_HEAD);
}

static void take(const struct dlg_message *m)
{
    if (m->op == DLG_REPLY) {
        for (struct question *q = questions; q; q = q->next)
            if (q->token == m->token) {
                memcpy(q->reply, m, m->size);
                q->answered = true;
            }
        pthread_cond_broadcast(&dlg_changed);
        return;
    }
    struct dlg_device *d = dlg_by_number(m->device, 1);
    for (; d; d = dlg_by_number(m->device, (int)d->handle + 1)) {
        if (m->op == DLG_DONE && d->op.active && d->op.token == m->token) {
            dlg_told(d, m);
            return;
        }
        if (m->op == DLG_EVENT && d->hear)
            d->hear(d, m);
    }
}

static void *reader(void *argument)
{
    int from = *(int *)argument, number;
    struct dlg_message *m = malloc(sizeof(*m));
    free(argument);
    pthread_mutex_lock(&dlg_lock);
    number = link_number;
    pthread_mutex_unlock(&dlg_lock);
    while (m && read_message(from, m)) {
        pthread_mutex_lock(&dlg_lock);
        take(m);
        pthread_mutex_unlock(&dlg_lock);
    }
    free(m);
    pthread_mutex_lock(&dlg_lock);
    if (number == link_number) {
        fd = -1;
        dlg_forget_firmware();
    }
    pthread_mutex_unlock(&dlg_lock);
    close(from);
    return NULL;
}

static int open_socket(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = getenv("BOARDIVR_DIALOGIC");
    if (!path || strlen(path) >= sizeof(address.sun_path))
        return -1;
    strcpy(address.sun_path, path);
    int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s >= 0 && connect(s, (struct sockaddr *)&address, sizeof(address)) != 0) {
        close(s);
        s = -1;
    }
    return s;
}

/* Connect where there is no connection yet, or the old firmware is gone. */
bool dlg_connect(void)
{
    struct dlg_message hello = {.op = DLG_HELLO};
    if (fd >= 0)
        return true;
    int s = open_socket();
    int *argument = s >= 0 ? malloc(sizeof(*argument)) : NULL;
    if (!argument) {
        if (s >= 0)
            close(s);
        return false;
    }
    *argument = fd = s;
    link_number++;
    if (!dlg_thread(reader, argument)) {
        free(argument);
        close(s);
        fd = -1;
        return false;
    }
    if (dlg_ask(&hello, NULL, 0, -1) != 0)
        return false;
    dlg_speed = hello.a[1] > 0 ? (int)hello.a[1] : 1;
    return true;
}

static bool send_all(int to, const void *head, size_t head_size, const void *data, size_t size,
                     int passed)
{
    char room[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec parts[2] = {{(void *)head, head_size}, {(void *)data, size}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = size ? 2 : 1};
    if (passed >= 0) {
        message.msg_control = room;
        message.msg_controllen = sizeof(room);
        struct cmsghdr *c = CMSG_FIRSTHDR(&message);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(c), &passed, sizeof(int));
    }
    size_t left = head_size + size;
    while (left > 0) {
        ssize_t n = sendmsg(to, &message, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        left -= (size_t)n;
        message.msg_controllen = 0;
        message.msg_control = NULL;
        for (size_t i = 0, gone = (size_t)n; i < 2 && gone > 0; i++) {
            size_t part = gone < parts[i].iov_len ? gone : parts[i].iov_len;
            parts[i].iov_base = (char *)parts[i].iov_base + part;
            parts[i].iov_len -= part;
            gone -= part;
        }
    }
    return true;
}

static void forget(struct question *q)
{
    for (struct question **at = &questions; *at; at = &(*at)->next)
        if (*at == q) {
            *at = q->next;
            return;
        }
}

long dlg_ask(struct dlg_message *m, const void *data, size_t size, int passed)
{
    int to = fd, number = link_number;
    if (!m->token)
        m->token = dlg_token();
    struct question q = {.token = m->token, .reply = m, .next = questions};
    if (to < 0 || DLG_HEAD + size > 65536)
        return -1;
    m->size = (uint32_t)(DLG_HEAD + size);
    m->zero = 0;
    char head[DLG_HEAD]; /* the reply comes into the message */
    memcpy(head, m, DLG_HEAD);
    questions = &q;
    /* In the order of the lock, and nobody's reader waits for us meanwhile. */
    pthread_mutex_lock(&writing);
    pthread_mutex_unlock(&dlg_lock);
    bool sent = send_all(to, head, DLG_HEAD, data, size, passed);
    pthread_mutex_unlock(&writing);
    pthread_mutex_lock(&dlg_lock);
    while (sent && !q.answered && fd == to && number == link_number)
        pthread_cond_wait(&dlg_changed, &dlg_lock);
    forget(&q);
    return q.answered ? (long)m->a[0] : -1;
}

/* Lock held: short enough not to wait for the socket. */
void dlg_tell(struct dlg_message *m, const void *data, size_t size)
{
    if (fd < 0)
        return;
    m->token = dlg_token();
    m->size = (uint32_t)(DLG_HEAD + size);
    pthread_mutex_lock(&writing);
    send_all(fd, m, DLG_HEAD, data, size, -1);
    pthread_mutex_unlock(&writing);
}
