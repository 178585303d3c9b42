#include "tests/support/fault_vfs.h"

#include <sqlite3.h>

#include <cstring>

namespace tally::test {

namespace {
std::atomic<std::int64_t> done{0};
std::atomic<std::int64_t> strike_at{0};
std::atomic<int> strike_code{SQLITE_IOERR_WRITE};
std::atomic<bool> sticky_fault{false};
std::atomic<bool> has_struck{false};

int fault() {
    const auto n = ++done;
    const auto at = strike_at.load();
    if (at == 0 || n < at || (n > at && !sticky_fault)) return SQLITE_OK;
    has_struck = true;
    return strike_code;
}

struct File {
    sqlite3_file base;
    sqlite3_file* real;
};
sqlite3_file* real(sqlite3_file* file) {
    return reinterpret_cast<File*>(file)->real;
}

int close(sqlite3_file* f) {
    const int rc = real(f)->pMethods->xClose(real(f));
    sqlite3_free(real(f));
    return rc;
}
int read(sqlite3_file* f, void* to, int n, sqlite3_int64 at) {
    return real(f)->pMethods->xRead(real(f), to, n, at);
}
int write(sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
    if (const int rc = fault(); rc != SQLITE_OK) {
        // Half of it reaches the disk: a torn write.
        if (strike_code != SQLITE_FULL) real(f)->pMethods->xWrite(real(f), from, n / 2, at);
        return rc;
    }
    return real(f)->pMethods->xWrite(real(f), from, n, at);
}
int truncate(sqlite3_file* f, sqlite3_int64 size) {
    if (const int rc = fault(); rc != SQLITE_OK) return rc == SQLITE_FULL ? SQLITE_IOERR_TRUNCATE : rc;
    return real(f)->pMethods->xTruncate(real(f), size);
}
int sync(sqlite3_file* f, int flags) {
    if (const int rc = fault(); rc != SQLITE_OK) return rc == SQLITE_FULL ? SQLITE_IOERR_FSYNC : rc;
    return real(f)->pMethods->xSync(real(f), flags);
}
int fileSize(sqlite3_file* f, sqlite3_int64* size) {
    return real(f)->pMethods->xFileSize(real(f), size);
}
int lock(sqlite3_file* f, int level) {
    return real(f)->pMethods->xLock(real(f), level);
}
int unlock(sqlite3_file* f, int level) {
    return real(f)->pMethods->xUnlock(real(f), level);
}
int checkLock(sqlite3_file* f, int* out) {
    return real(f)->pMethods->xCheckReservedLock(real(f), out);
}
int control(sqlite3_file* f, int op, void* arg) {
    return real(f)->pMethods->xFileControl(real(f), op, arg);
}
int sectorSize(sqlite3_file* f) {
    return real(f)->pMethods->xSectorSize(real(f));
}
int traits(sqlite3_file* f) {
    return real(f)->pMethods->xDeviceCharacteristics(real(f));
}
int shmMap(sqlite3_file* f, int page, int size, int extend, void volatile** out) {
    return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
}
int shmLock(sqlite3_file* f, int offset, int n, int flags) {
    return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
}
void shmBarrier(sqlite3_file* f) {
    real(f)->pMethods->xShmBarrier(real(f));
}
int shmUnmap(sqlite3_file* f, int remove) {
    return real(f)->pMethods->xShmUnmap(real(f), remove);
}

const sqlite3_io_methods methods = {2,       close,      read,      write,   truncate,   sync,   fileSize,
                                    lock,    unlock,     checkLock, control, sectorSize, traits, shmMap,
                                    shmLock, shmBarrier, shmUnmap,  nullptr, nullptr};
sqlite3_vfs vfs;
sqlite3_vfs* below = nullptr;

int open(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* out) {
    auto* f = reinterpret_cast<File*>(file);
    f->base.pMethods = nullptr;
    f->real = static_cast<sqlite3_file*>(sqlite3_malloc(below->szOsFile));
    if (f->real == nullptr) return SQLITE_NOMEM;
    std::memset(f->real, 0, static_cast<std::size_t>(below->szOsFile));
    const int rc = below->xOpen(below, path, f->real, flags, out);
    if (rc != SQLITE_OK) {
        sqlite3_free(f->real);
        return rc;
    }
    f->base.pMethods = &methods;
    return SQLITE_OK;
}
} // namespace

void FaultVfs::install() {
    if (below != nullptr) return;
    below = sqlite3_vfs_find(nullptr);
    vfs = *below;
    vfs.zName = name;
    vfs.szOsFile = sizeof(File);
    vfs.xOpen = open;
    vfs.pNext = nullptr;
    sqlite3_vfs_register(&vfs, 0);
}
void FaultVfs::failAt(std::int64_t n, Kind kind, bool sticky) {
    strike_code = kind == Kind::disk_full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    sticky_fault = sticky;
    has_struck = false;
    done = 0;
    strike_at = n;
}
std::int64_t FaultVfs::operations() {
    return done;
}
bool FaultVfs::struck() {
    return has_struck;
}

} // namespace tally::test
