/** The province's own account pages are an app like any other to the login: this is how they ask for a fresh factor. */
export const accountAppId = 'onecert-account';
