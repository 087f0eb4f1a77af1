ct: ./a/../b: not a name here
