"""Memberships by when they begin and end: one table for the words that ask for a time."""

from tests.types.tables import read_table

# What begins counts from the first day that its date may mean, what ends lasts to the last;
# a beginning or an end that no source dates bounds nothing.
SPANS = read_table("""
case           since      until      | 1993-12-31 1994-01-01 1994-05~ 1994-22 1999-24? 2000 2001/..
for-years      1994       2012       | -          yes        yes      yes     yes      yes  yes
for-months     1994-01    1999-11    | -          yes        yes      yes     -        -    -
for-a-day      2000-05-10 2000-05-10 | -          -          -        -       -        yes  -
by-seasons     1994-21    1999-23    | -          -          yes      yes     -        -    -
into-a-winter  1994-23    1999-24    | -          -          -        -       yes      -    -
perhaps        1994-05-31 2000?      | -          -          yes      yes     yes      yes  -
about-then     1994-06~   2000-12%   | -          -          -        yes     yes      yes  -
some-year      1993/1995  1998/2000  | yes        yes        yes      yes     yes      yes  -
some-time-to   ../1998   1999-12-01 | yes        yes        yes      yes     yes      -    -
some-time-from 1999-12/.. -          | -          -          -        -       yes      yes  yes
ended-since    1990       1994/..    | yes        yes        yes      yes     yes      yes  yes
ended-by-then  1990       ../1993    | yes        -          -        -       -        -    -
lasting        1994-05-31 -          | -          -          yes      yes     yes      yes  yes
since-unknown  -          1994-05-01 | yes        yes        yes      -       -        -    -
undated        -          -          | yes        yes        yes      yes     yes      yes  yes
""")  # since-unknown and undated: domain.md 6 will change this
