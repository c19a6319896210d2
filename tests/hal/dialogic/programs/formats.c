/* Every format: channel 1 plays a file, channel 2 hears it over the bus and records it. */
#include <srllib.h>
#include <dxxxlib.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int one, two;

static void must(int result, const char *what, int dev)
{
    if (result == -1) {
        printf("%s: %s\n", what, ATDV_ERRMSGP(dev));
        exit(1);
    }
}

static int at; /* of the program's own reading: a sawtooth, for ever */
static int my_read(int fd, char *to, unsigned size)
{
    unsigned i;
    for (i = 0; i < size; i++)
        to[i] = (char)(128 + (at++ % 16 - 8) * 8);
    return fd == 77 ? (int)size : -1;
}

static int my_write(int fd, char *from, unsigned size)
{
    (void)fd;
    (void)from;
    return (int)size;
}

static long my_seek(int fd, long offset, int whence)
{
    (void)fd;
    (void)whence;
    return offset;
}

static void record(const char *name, int format, int data, int rate, int bits)
{
    DX_XPB xpb = {(unsigned short)format, (unsigned short)data, (unsigned long)rate, (unsigned short)bits};
    DV_TPT tpt = {.tp_type = IO_EOT, .tp_termno = DX_MAXTIME, .tp_length = 10};
    if (format == FILE_FORMAT_WAVE)
        must(dx_recwav(two, name, &tpt, &xpb, EV_SYNC), "dx_recwav", two);
    else
        must(dx_recvox(two, name, &tpt, &xpb, EV_SYNC), "dx_recvox", two);
    printf("%s %ld %lx", name, ATDX_TRCOUNT(two), ATDX_TERMMSK(two));
    if (format == FILE_FORMAT_WAVE)
        must(dx_playwav(two, name, NULL, EV_SYNC), "dx_playwav", two);
    else
        must(dx_playvox(two, name, NULL, &xpb, EV_SYNC), "dx_playvox", two);
    printf(" played %ld %lx\n", ATDX_TRCOUNT(two), ATDX_TERMMSK(two));
}

static void refused(const char *what, int result, int error)
{
    printf("%s: %d %s\n", what, result, ATDV_LASTERR(one) == error ? "as it should" : ATDV_ERRMSGP(one));
}

int main(void)
{
    DX_IOTT chain[3], *last;
    DX_XPB pcm = {FILE_FORMAT_VOX, DATA_FORMAT_PCM, DRT_8KHZ, 8};
    DX_UIO uio = {my_read, my_write, my_seek};
    TN_GEN tone;
    char memory[4000], other[4000];
    long slot;
    SC_TSINFO info = {1, &slot};

    must(one = dx_open("dxxxB1C1", 0), "dx_open", SRL_DEVICE);
    must(two = dx_open("dxxxB1C2", 0), "dx_open", SRL_DEVICE);
    must(dx_getxmitslot(one, &info), "dx_getxmitslot", one);
    must(dx_listen(two, &info), "dx_listen", two);
    dx_bldtngen(&tone, 500, 0, -10, 0, -1);
    must(dx_playtone(one, &tone, NULL, EV_ASYNC), "dx_playtone", one);
    record("mulaw.vox", FILE_FORMAT_VOX, DATA_FORMAT_MULAW, DRT_8KHZ, 8);
    record("alaw.wav", FILE_FORMAT_WAVE, DATA_FORMAT_ALAW, DRT_8KHZ, 8);
    record("oki6.vox", FILE_FORMAT_VOX, DATA_FORMAT_DIALOGIC_ADPCM, DRT_6KHZ, 4);
    record("oki8.wav", FILE_FORMAT_WAVE, DATA_FORMAT_DIALOGIC_ADPCM, DRT_8KHZ, 4);
    record("pcm11.wav", FILE_FORMAT_WAVE, DATA_FORMAT_PCM, DRT_11KHZ, 8);
    record("pcm16.wav", FILE_FORMAT_WAVE, DATA_FORMAT_PCM, DRT_8KHZ, 16);
    must(dx_stopch(one, EV_SYNC), "dx_stopch", one);

    /* A chain: memory, the program's own function, memory again; linked. */
    memset(chain, 0, sizeof(chain));
    memset(memory, 100, sizeof(memory));
    memset(other, 150, sizeof(other));
    chain[0].io_type = IO_MEM | IO_LINK;
    chain[0].io_bufp = memory;
    chain[0].io_length = sizeof(memory);
    chain[0].io_nextp = &chain[2];
    chain[2].io_type = IO_UIO | IO_LINK;
    chain[2].io_fhandle = 77;
    chain[2].io_length = 3000;
    chain[2].io_nextp = last = &chain[1];
    last->io_type = IO_MEM | IO_EOT;
    last->io_bufp = other;
    last->io_length = sizeof(other);
    must(dx_setuio(uio), "dx_setuio", one);
    must(dx_playiottdata(one, chain, NULL, &pcm, EV_SYNC), "dx_playiottdata", one);
    printf("chain %ld %lx, read %d\n", ATDX_TRCOUNT(one), ATDX_TERMMSK(one), at);

    /* Into memory until it is full, then a chain that isn't one, and a format that isn't. */
    memset(chain, 0, sizeof(chain));
    chain[0].io_type = IO_MEM | IO_EOT;
    chain[0].io_bufp = memory;
    chain[0].io_length = sizeof(memory);
    must(dx_reciottdata(two, chain, NULL, &pcm, EV_SYNC), "dx_reciottdata", two);
    printf("full %ld %lx\n", ATDX_TRCOUNT(two), ATDX_TERMMSK(two));
    chain[0].io_type = IO_MEM;
    refused("bad chain", dx_playiottdata(one, chain, NULL, &pcm, EV_SYNC), EDX_BADIOTT);
    pcm.wDataFormat = DATA_FORMAT_G729A;
    chain[0].io_type = IO_MEM | IO_EOT;
    refused("bad format", dx_playiottdata(one, chain, NULL, &pcm, EV_SYNC), EDX_XPBPARM);
    refused("no wave", dx_playwav(one, "mulaw.vox", NULL, EV_SYNC), EDX_BADWAVEFILE);
    refused("no file", dx_playvox(one, "nowhere.vox", NULL, NULL, EV_SYNC), EDX_SYSTEM);
    dx_close(one);
    dx_close(two);
    return 0;
}
