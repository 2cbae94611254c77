#include "rules/plot.h"

#include "rules/html.h"

static const int64_t time_steps[] = {1,      5,       15,      60,      300,      900,     1800,
				     3600,   7200,    10800,   21600,   43200,    86400,   172800,
				     604800, 1209600, 2592000, 7776000, 15552000, 31536000};

int64_t plot_time_step(int64_t span, int maximum)
{
	const size_t count = sizeof(time_steps) / sizeof(time_steps[0]);
	int64_t step;

	for (size_t i = 0; i < count; i++)
		if (span / time_steps[i] <= maximum)
			return time_steps[i];
	step = time_steps[count - 1];
	while (span / step > maximum)
		step *= 2;
	return step;
}

int64_t plot_count_step(int64_t most, int maximum)
{
	for (int64_t step = 1;; step *= 10)
		for (int64_t times = 1; times <= 5; times += times == 1 ? 1 : 3)
			if (most / (step * times) <= maximum)
				return step * times;
}

void plot_begin(struct buffer *out, const char *id, int width, int height, const char *title, const char *description)
{
	buffer_addf(out,
		    "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"%s-title %s-desc\">\n<title "
		    "id=\"%s-title\">",
		    width, height, id, id, id);
	html_add(out, title);
	buffer_addf(out, "</title>\n<desc id=\"%s-desc\">", id);
	html_add(out, description);
	buffer_add_string(out, "</desc>\n");
}

void plot_add_text(struct buffer *out, int x, int y, const char *class, const char *anchor, const char *text)
{
	buffer_addf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\"", x, y, anchor);
	if (class)
		buffer_addf(out, " class=\"%s\"", class);
	buffer_add_char(out, '>');
	html_add(out, text);
	buffer_add_string(out, "</text>\n");
}

void plot_add_line(struct buffer *out, const char *class, int x1, int y1, int x2, int y2)
{
	buffer_addf(out, "<line class=\"%s\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", class, x1, y1, x2, y2);
}
