#include "tests/main.h"

#include <cstdio>
#include <string>
#include <vector>

namespace {

struct Entry {
    std::string name;
    analemma::test::Run run;
};

std::vector<Entry>& entries()
{
    static std::vector<Entry> all;
    return all;
}

}  // namespace

bool analemma::test::enter(const char* source, Run run)
{
    std::string name = source;
    name.erase(0, name.rfind('/') + 1);
    name.erase(name.rfind('.'));
    if (name.starts_with("tst_")) {
        name.erase(0, 4);
    }
    entries().push_back({name, run});
    return true;
}

/// tst_PROGRAM [NAME] [arguments of Qt Test]: the name is needed where there are several. A test's
/// own main() counts more.
[[gnu::weak]] int main(int argc, char** argv)
{
    for (const Entry& entry : entries()) {
        if (argc > 1 && entry.name == argv[1]) {
            argv[1] = argv[0];
            return entry.run(argc - 1, argv + 1);
        }
    }
    if (entries().size() == 1) {
        return entries().front().run(argc, argv);
    }
    std::fprintf(stderr, "Usage: %s NAME [arguments of Qt Test]; the names are:\n", argv[0]);
    for (const Entry& entry : entries()) {
        std::fprintf(stderr, "  %s\n", entry.name.c_str());
    }
    return 2;
}
