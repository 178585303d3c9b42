#include "app/window/keychain_store.h"

#include <QEventLoop>
#include <QPointer>
#include <QThread>
#include <QTimer>
#include <qt6keychain/keychain.h>

#include <future>
#include <memory>

namespace tally::window {
namespace {

const QString service = QStringLiteral("tallystick");

auto unreachable(const QString& why) {
    return tally::fail("key.store", "The keychain of this desktop cannot be reached: " + why.toStdString(),
                       "give the key as env:NAME instead, and set that variable before the start");
}

} // namespace

Result<KeychainStore::Outcome> KeychainStore::run(const MakeJob& make) const {
    const auto done = std::make_shared<std::promise<Outcome>>();
    std::future<Outcome> answer = done->get_future();
    const auto start = [make, done](const std::function<void()>& after) {
        QKeychain::Job* job = make();
        QObject::connect(job, &QKeychain::Job::finished, job, [done, after](QKeychain::Job* ended) {
            Outcome out{static_cast<int>(ended->error()), ended->errorString(), {}};
            if (auto* read = qobject_cast<QKeychain::ReadPasswordJob*>(ended)) out.text = read->textData();
            done->set_value(std::move(out));
            after();
        });
        job->start();
    };
    if (QThread::currentThread() == thread()) {
        QEventLoop loop;
        const QPointer<QEventLoop> waiting(&loop);
        start([waiting] {
            if (waiting) waiting->quit();
        });
        // A keychain that asks nobody and answers nothing must not hold the program's start for good.
        QTimer::singleShot(patience, &loop, &QEventLoop::quit);
        if (answer.wait_for(std::chrono::seconds(0)) != std::future_status::ready) loop.exec();
        if (answer.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
            return unreachable(QStringLiteral("no answer in 15 seconds"));
    } else {
        QMetaObject::invokeMethod(
            const_cast<KeychainStore*>(this), [start] { start([] {}); }, Qt::QueuedConnection);
        const auto until = std::chrono::steady_clock::now() + patience;
        while (answer.wait_for(std::chrono::milliseconds(50)) != std::future_status::ready) {
            if (closed_) return unreachable(QStringLiteral("the window is closing"));
            if (std::chrono::steady_clock::now() >= until)
                return unreachable(QStringLiteral("no answer in 15 seconds"));
        }
    }
    return answer.get();
}

Result<provider::Secret> KeychainStore::get(const std::string& name) const {
    const QString key = QString::fromStdString(name);
    TALLY_ASSIGN(const Outcome out, run([key]() -> QKeychain::Job* {
                     auto* job = new QKeychain::ReadPasswordJob(service);
                     job->setKey(key);
                     return job;
                 }));
    if (out.error == QKeychain::EntryNotFound)
        return tally::fail("key.missing", "The keychain holds no key named " + name,
                           "add the provider again with its key, or use env:NAME");
    if (out.error != QKeychain::NoError) return unreachable(out.message);
    return provider::Secret(out.text.toStdString());
}

Status KeychainStore::set(const std::string& name, const provider::Secret& secret) {
    const QString key = QString::fromStdString(name);
    const QString text = QString::fromStdString(secret.reveal());
    TALLY_ASSIGN(const Outcome out, run([key, text]() -> QKeychain::Job* {
                     auto* job = new QKeychain::WritePasswordJob(service);
                     job->setKey(key);
                     job->setTextData(text);
                     return job;
                 }));
    if (out.error != QKeychain::NoError) return unreachable(out.message);
    return {};
}

Status KeychainStore::remove(const std::string& name) {
    const QString key = QString::fromStdString(name);
    TALLY_ASSIGN(const Outcome out, run([key]() -> QKeychain::Job* {
                     auto* job = new QKeychain::DeletePasswordJob(service);
                     job->setKey(key);
                     return job;
                 }));
    if (out.error != QKeychain::NoError && out.error != QKeychain::EntryNotFound)
        return unreachable(out.message);
    return {};
}

} // namespace tally::window
