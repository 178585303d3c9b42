#include "ui/theme/icons.h"

#include "ui/theme/theme.h"

#include <QCache>
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

#include <cmath>
#include <optional>

namespace tally::ui {
namespace {

QColor tintColor(Tint tint) {
    const Tokens& t = theme().tokens();
    switch (tint) {
    case Tint::text:
        return t.text;
    case Tint::muted:
        return t.muted;
    case Tint::accent:
        return t.accent;
    case Tint::ok:
        return t.ok;
    case Tint::warn:
        return t.warn;
    case Tint::danger:
        return t.danger;
    case Tint::on_danger:
        return t.on_danger;
    case Tint::on_accent:
        return t.on_accent;
    }
    return t.text;
}

class LineIconEngine : public QIconEngine {
public:
    LineIconEngine(QString name, std::optional<Tint> tint)
        : name_(std::move(name))
        , tint_(tint) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
        const double ratio = painter->device() ? painter->device()->devicePixelRatioF() : 1.0;
        const int side = qMin(rect.width(), rect.height());
        const QPixmap picture = iconPixmap(name_, color(mode, state), side, ratio);
        painter->drawPixmap(rect.x() + (rect.width() - side) / 2, rect.y() + (rect.height() - side) / 2,
                            picture);
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        return scaledPixmap(size, mode, state, 1.0);
    }
    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state, qreal scale) override {
        const double ratio = scale > 0 ? scale : 1.0;
        return iconPixmap(name_, color(mode, state),
                          static_cast<int>(qMin(size.width(), size.height()) / ratio), ratio);
    }
    [[nodiscard]] QIconEngine* clone() const override { return new LineIconEngine(*this); }

private:
    [[nodiscard]] QColor color(QIcon::Mode mode, QIcon::State state) const {
        const Tokens& t = theme().tokens();
        if (mode == QIcon::Disabled) return mix(t.muted, t.surface, 0.6);
        if (tint_) return state == QIcon::On ? t.accent : tintColor(*tint_);
        return state == QIcon::On ? t.accent : t.text;
    }
    QString name_;
    std::optional<Tint> tint_;
};

} // namespace

QIcon icon(const QString& name) {
    return QIcon(new LineIconEngine(name, std::nullopt));
}
QIcon icon(const QString& name, Tint tint) {
    return QIcon(new LineIconEngine(name, tint));
}

QPixmap iconPixmap(const QString& name, const QColor& color, int side, double device_ratio) {
    static QCache<QString, QPixmap> cache(512);
    const QString key = QStringLiteral("%1|%2|%3|%4").arg(name, color.name()).arg(side).arg(device_ratio);
    if (const QPixmap* hit = cache.object(key)) return *hit;
    const int pixels = qMax(1, static_cast<int>(std::lround(side * device_ratio)));
    auto* picture = new QPixmap(pixels, pixels);
    picture->fill(Qt::transparent);
    QFile file(QStringLiteral(":/tally/icons/%1.svg").arg(name));
    if (file.open(QIODevice::ReadOnly)) {
        QByteArray svg = file.readAll();
        svg.replace("#000000", color.name().toLatin1());
        QSvgRenderer renderer(svg);
        QPainter painter(picture);
        renderer.render(&painter, QRectF(0, 0, pixels, pixels));
    }
    picture->setDevicePixelRatio(device_ratio);
    const QPixmap result = *picture;
    cache.insert(key, picture);
    return result;
}

} // namespace tally::ui
