#define URL "http://x" /* TODO: yes in a macro */
char q = '"'; // TODO: yes \
   continued
char *s = "\" // TODO: no";
int n = 1; /* TODO: yes
            * over lines */
