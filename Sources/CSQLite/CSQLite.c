// Nothing: the header says it all, and the package manager wants a source file.
#include "CSQLite.h"
