/*
 * An acceptor of Paxos that Quorate can put under its model:
 *
 *     cc -O2 -o acceptor acceptor.c && quorate verify TABLE --adapter ./acceptor
 *
 * One process is one node. Its disk is a file that is written anew, synced and renamed at every change: whoever is started
 * where another was killed finds the old content or the new one. Values are kept as they come, as JSON; nobody here needs to
 * know what is in them.
 *
 * Seeded fault: without the call of save() in prepare(), promises are forgotten.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  long long set;
  char *value; /* JSON, with its quotes */
} Register;

static Register *accepted; /* ascending */
static size_t count;
static long long promised; /* no register set below it takes a write any more */
static char file[4096], fresh[4096], directory[4096];

static void check(int is_right, const char *what) {
  if (is_right) return;
  perror(what);
  exit(1);
}

/* ---- the disk ---- */

static void save(void) {
  FILE *out = fopen(fresh, "w");
  check(out != NULL, fresh);
  fprintf(out, "%lld\n", promised);
  for (size_t i = 0; i < count; i++) fprintf(out, "%lld %s\n", accepted[i].set, accepted[i].value);
  check(fflush(out) == 0 && fsync(fileno(out)) == 0 && fclose(out) == 0, fresh);
  check(rename(fresh, file) == 0, file);
  int folder = open(directory, O_RDONLY);
  check(folder >= 0 && fsync(folder) == 0 && close(folder) == 0, directory);
}

static void forget(void) {
  for (size_t i = 0; i < count; i++) free(accepted[i].value);
  count = 0;
  promised = 0;
}

static void take(long long set, char *value) {
  accepted = realloc(accepted, (count + 1) * sizeof *accepted);
  check(accepted != NULL, "memory");
  size_t at = count++;
  for (; at > 0 && accepted[at - 1].set > set; at--) accepted[at] = accepted[at - 1];
  accepted[at] = (Register){set, value};
}

static void load(void) {
  char *line = NULL;
  size_t room = 0;
  FILE *in = fopen(file, "r");
  if (in == NULL) return;
  if (getline(&line, &room, in) > 0) promised = atoll(line);
  while (getline(&line, &room, in) > 0) {
    char *value = strchr(line, '"');
    value[strcspn(value, "\n")] = 0;
    take(atoll(line), strdup(value));
  }
  free(line);
  fclose(in);
}

/* ---- JSON, as far as it is needed, and without blanks, as Quorate sends it ---- */

/* Where the value ends that begins here. */

static char *end_of(char *at) {
  int depth = 0;
  do {
    if (*at == '"') {
      for (at++; *at != '"'; at++)
        if (*at == '\\') at++;
    } else if (*at == '{' || *at == '[') {
      depth++;
    } else if (*at == '}' || *at == ']') {
      depth--;
    } else if (*at == ',' && depth == 0) {
      return at;
    }
    at++;
  } while (depth > 0 || (*at != ',' && *at != '}' && *at != ']' && *at != 0 && *at != '\n'));
  return at;
}

/* What is after "name": in the object that begins here; NULL if there is no such field. */
static char *field(char *object, const char *name) {
  for (char *at = object + 1; *at == '"';) {
    size_t length = strcspn(at + 1, "\"");
    char *value = at + length + 3;
    if (length == strlen(name) && strncmp(at + 1, name, length) == 0) return value;
    at = end_of(value);
    if (*at == ',') at++;
  }
  return NULL;
}

static char *copy_of(char *value) { return strndup(value, (size_t)(end_of(value) - value)); }

static int is(char *value, const char *text) {
  return value != NULL && strncmp(value + 1, text, strlen(text)) == 0 && value[strlen(text) + 1] == '"';
}

/* ---- the acceptor ---- */

static void tell_below(long long set) {
  printf("\"values\":[");
  for (size_t i = 0; i < count && accepted[i].set < set; i++)
    printf("%s[%lld,%s]", i > 0 ? "," : "", accepted[i].set, accepted[i].value);
  printf("]");
}

static void prepare(long long set) {
  if (set > promised) {
    promised = set;
    save();
  }
  printf("\"type\":\"prepare_ok\",");
  tell_below(set);
}

static void write_value(long long set, char *value) {
  size_t at = 0;
  while (at < count && accepted[at].set != set) at++;
  if (at == count && set >= promised) {
    take(set, strdup(value));
    save();
    printf("\"type\":\"write_ok\"");
  } else if (at < count && strcmp(accepted[at].value, value) == 0) {
    printf("\"type\":\"write_ok\"");
  } else {
    printf("\"type\":\"refused\",\"holds\":%s", at < count ? accepted[at].value : "null");
  }
}

static void begin(char *body) {
  char *data = copy_of(field(field(body, "quorate"), "data"));
  data[strlen(data) - 1] = 0;
  snprintf(directory, sizeof directory, "%s", data + 1);
  snprintf(file, sizeof file, "%.4000s/acceptor", directory);
  snprintf(fresh, sizeof fresh, "%.4000s/acceptor.new", directory);
  free(data);
  load();
  printf("\"type\":\"init_ok\",\"quorate\":{\"version\":1,\"role\":\"acceptor\",\"can\":[\"reset\",\"observe\"]}");
}

static void answer(char *message) {
  char *body = field(message, "body"), *type = field(body, "type");
  char *set = field(body, "register"), *value = field(body, "value");
  char *from = copy_of(field(message, "src")), *to = copy_of(field(message, "dest"));
  printf("{\"src\":%s,\"dest\":%s,\"body\":{\"in_reply_to\":%lld,", to, from, atoll(field(body, "msg_id")));
  if (is(type, "init")) {
    begin(body);
  } else if (is(type, "reset")) {
    forget();
    save();
    printf("\"type\":\"reset_ok\"");
  } else if (is(type, "prepare")) {
    prepare(atoll(set));
  } else if (is(type, "write")) {
    char *text = copy_of(value);
    write_value(atoll(set), text);
    free(text);
  } else if (is(type, "observe")) {
    printf("\"type\":\"observe_ok\",\"frozen_below\":%lld,", promised);
    tell_below(1LL << 53);
  } else {
    printf("\"type\":\"error\",\"text\":\"unknown\"");
  }
  printf("}}");
  free(from);
  free(to);
}

int main(void) {
  char *line = NULL;
  size_t room = 0;
  while (getline(&line, &room, stdin) > 0) {
    char *at = *line == '[' ? line + 1 : line;
    printf("[");
    for (;;) {
      answer(at);
      at = end_of(at);
      if (*at++ != ',') break;
      printf(",");
    }
    printf("]\n");
    fflush(stdout);
  }
  return 0;
}
