#include <criterion/criterion.h>

Test(cart, colours) { cr_assert(0, "\x1b[31mRabatt falsch:\x1b[0m ä 漢字 <b> & ]]> \a"); }
