/* Files and small things: under the names that programs from Windows use, the system's calls. */

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "voice.h"

/* Windows' flags where they differ are taken as such: a program has one set or the other. */
static int flags_of(int flags)
{
    enum { WIN_TRUNC = 0x200, WIN_CREAT = 0x100, WIN_BINARY = 0x8000 };
    if (!(flags & WIN_BINARY))
        return flags;
    return (flags & 3) | (flags & WIN_CREAT ? O_CREAT : 0) | (flags & WIN_TRUNC ? O_TRUNC : 0) |
           (flags & 8 ? O_APPEND : 0);
}

DLG_EXPORT int dx_fileopen(const char *filep, int flags, ...)
{
    int mode = 0666;
    if (flags & (O_CREAT | 0x100)) {
        va_list more;
        va_start(more, flags);
        mode = va_arg(more, int);
        va_end(more);
    }
    int own = flags_of(flags);
    return open(filep, own, own & O_CREAT ? mode | 0600 : 0);
}

DLG_EXPORT int dx_filesopen(const char *filep, int oflag, int shflag, ...)
{
    (void)shflag;
    int own = flags_of(oflag);
    return open(filep, own, own & O_CREAT ? 0666 : 0);
}

DLG_EXPORT int dx_fileclose(int handle)
{
    return close(handle);
}

DLG_EXPORT long dx_fileseek(int handle, long offset, int origin)
{
    return (long)lseek(handle, offset, origin);
}

DLG_EXPORT int dx_fileread(int handle, void *buffer, unsigned int count)
{
    return (int)read(handle, buffer, count);
}

DLG_EXPORT int dx_filewrite(int handle, void *buffer, unsigned int count)
{
    return (int)write(handle, buffer, count);
}

DLG_EXPORT int dx_fileerrno(void)
{
    return errno;
}

DLG_EXPORT long dx_filetell(int handle)
{
    return (long)lseek(handle, 0, SEEK_CUR);
}

DLG_EXPORT long dx_filefilelength(int handle)
{
    struct stat s;
    return fstat(handle, &s) == 0 ? (long)s.st_size : -1;
}

DLG_EXPORT int dx_filechsize(int handle, long size)
{
    return ftruncate(handle, size);
}

DLG_EXPORT int dx_filecommit(int handle)
{
    return fsync(handle);
}

DLG_EXPORT int dx_filedup(int handle)
{
    return dup(handle);
}

DLG_EXPORT int dx_filedup2(int handle1, int handle2)
{
    return dup2(handle1, handle2) < 0 ? -1 : 0;
}

DLG_EXPORT int dx_fileisatty(int handle)
{
    return isatty(handle);
}

DLG_EXPORT int dx_fileumask(int pmode)
{
    return (int)umask((mode_t)pmode);
}

DLG_EXPORT int dx_filestat(const char *path, struct stat *buffer)
{
    return stat(path, buffer);
}

DLG_EXPORT int dx_filefstat(int handle, struct stat *buffer)
{
    return fstat(handle, buffer);
}

DLG_EXPORT int dx_filesetmode(int handle, int mode)
{
    (void)mode;
    return fcntl(handle, F_GETFD) < 0 ? -1 : 0x8000; /* binary, as ever */
}

/* What a channel is */

static int device_info(int device, int kind, CT_DEVINFO *out)
{
    struct dlg_device *d = dlg_enter(device, kind);
    if (!d)
        return -1;
    if (!out)
        return dlg_leave(d, EDX_BADPARM);
    memset(out, 0, sizeof(*out));
    out->ct_prodid = 1;
    out->ct_devfamily = CT_DFD41E;
    out->ct_devmode = CT_DMNETWORK;
    out->ct_nettype = CT_NTANALOG;
    out->ct_busmode = CT_BMSCBUS;
    out->ct_busencoding = CT_BEALAW;
    return dlg_leave(d, 0);
}

DLG_EXPORT int dx_getctinfo(int chDev, CT_DEVINFO *ct_devinfop)
{
    return device_info(chDev, DLG_VOICE, ct_devinfop);
}

DLG_EXPORT int ag_getctinfo(int chDev, CT_DEVINFO *ct_devinfop)
{
    return device_info(chDev, DLG_VOICE, ct_devinfop);
}

DLG_EXPORT int fx_getctinfo(int iDev, CT_DEVINFO *ctinfo)
{
    return device_info(iDev, DLG_FAX, ctinfo);
}

/* Both channels are there, as far as the board can tell. */
DLG_EXPORT int dx_comtest(int chdev)
{
    struct dlg_device *d = dlg_enter(chdev, DLG_VOICE);
    return d ? dlg_leave(d, d->gone ? EDX_SYSTEM : d->op.active ? EDX_BUSY : 0) : -1;
}

DLG_EXPORT long dx_QueryDevice(const char *namep)
{
    int device = dx_open(namep, 0);
    if (device < 0)
        return 0;
    dx_close(device);
    return 1;
}

DLG_EXPORT int dx_gtsernum(int dev, int subfcn, void *buffp)
{
    struct dlg_device *d = dlg_enter(dev, DLG_VOICE);
    (void)subfcn;
    if (!d)
        return -1;
    if (!buffp)
        return dlg_leave(d, EDX_BADPARM);
    strcpy(buffp, "SIM00001");
    return dlg_leave(d, 0);
}

/* Libraries initialise themselves. */

DLG_EXPORT long sr_libinit(unsigned short flag)
{
    (void)flag;
    return 0;
}

DLG_EXPORT long dx_libinit(unsigned short flags)
{
    (void)flags;
    return 0;
}
