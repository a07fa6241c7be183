/** How-tos that were kept on this phone, shown without a line. */
