using Microsoft.AspNetCore.Builder;

namespace SmartCityIoT.Dashboard.Docs;

/// <summary>Keeps the readable page of the API at home: whatever its scripts would like to load, the browser asks this origin alone.</summary>
internal static class DocsPolicy
{
    /// <summary>The page has inline scripts and styles of its own, and draws icons from data.</summary>
    private const string ContentSecurityPolicy =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

    public static void UseDocsPolicy(this WebApplication app, string path) => app.Use((http, next) =>
    {
        if (http.Request.Path.StartsWithSegments(path)) http.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        return next(http);
    });
}
