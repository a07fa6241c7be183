/** What arrives as a push: shown, replaced, taken back, and answered from where it is shown. */
