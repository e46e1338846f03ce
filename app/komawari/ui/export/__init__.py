"""Pages on their way out: PNG, PDF, layered PSD, comic book archives and webtoon slices, all over `ui.render`."""
