/* Reads nothing, writes nothing: what a task costs without its work. */
int main(void) { return 0; }
