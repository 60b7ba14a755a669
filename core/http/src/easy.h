#pragma once

#include <curl/curl.h>

#include <QByteArray>
#include <QByteArrayView>

#include <cstring>
#include <memory>

/// libcurl's objects, owned.
namespace analemma::http {

struct CloseEasy {
    void operator()(CURL* easy) const { ::curl_easy_cleanup(easy); }
};
using Easy = std::unique_ptr<CURL, CloseEasy>;

struct CloseUrl {
    void operator()(CURLU* url) const { ::curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, CloseUrl>;

/// Overwrites the bytes in place: only for what nobody shares.
inline void wipe(QByteArray* bytes)
{
    ::explicit_bzero(bytes->data(), static_cast<size_t>(bytes->size()));
}

/// A list of lines for libcurl; wiped when it goes, for there are secrets in some.
class Lines {
public:
    Lines() = default;
    ~Lines()
    {
        for (curl_slist* line = m_list; line != nullptr; line = line->next) {
            ::explicit_bzero(line->data, std::strlen(line->data));
        }
        ::curl_slist_free_all(m_list);
    }
    Lines(const Lines&) = delete;
    Lines& operator=(const Lines&) = delete;

    void add(const QByteArray& line) { m_list = ::curl_slist_append(m_list, line.constData()); }
    [[nodiscard]] curl_slist* get() const { return m_list; }

private:
    curl_slist* m_list = nullptr;
};

}  // namespace analemma::http
