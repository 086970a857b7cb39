using Microsoft.AspNetCore.Http;

namespace SmartCityIoT.Dashboard.Api;

/// <summary>Who makes a request. Until sign-in exists, everyone at this machine is the local operator.</summary>
internal static class Actor
{
    public const string Local = "local";

    public static string Of(HttpContext http) => http.User.Identity?.Name ?? Local;
}
