using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Scalar.AspNetCore;
using SmartCityIoT.Dashboard.Api.Alerts;
using SmartCityIoT.Dashboard.Api.Devices;
using SmartCityIoT.Dashboard.Api.Gateways;
using SmartCityIoT.Dashboard.Api.History;
using SmartCityIoT.Dashboard.Api.Ingest;
using SmartCityIoT.Dashboard.Api.Region;
using SmartCityIoT.Dashboard.Docs;
using SmartCityIoT.Dashboard.Problems;
using SmartCityIoT.Dashboard.Stream;
using SmartCityIoT.Dashboard.Web;

namespace SmartCityIoT.Dashboard;

/// <summary>Brings the API, the live stream and the page into the host.</summary>
public static class DashboardRegistration
{
    private const string OpenApiDocument = "/openapi/v1.json";
    private const string DocsPath = "/docs";

    /// <summary>
    /// Needs the rooms Live, Storage, Devices and Alerts among the services, a <see cref="RegionInfo"/> and a <see cref="JournalGauge"/>.
    /// </summary>
    public static IServiceCollection AddDashboard(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict);
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Explain);
        services.AddResponseCompression();
        services.AddOpenApi("v1", document => document.AddOperationTransformer(QueryNames.WriteAsync));
        services.AddSingleton<DeviceViews>();
        services.AddSingleton<StatusSource>();
        return services;
    }

    public static void MapDashboard(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseResponseCompression();
        app.UsePage();
        app.UseDocsPolicy(DocsPath);
        var api = app.MapGroup("/api/v1").AddEndpointFilter<ProblemFilter>();
        api.MapDevices();
        api.MapCredentials();
        api.MapCommands();
        api.MapHistory();
        api.MapGateways();
        api.MapRegion();
        api.MapSectors();
        api.MapAlerts();
        api.MapIngest();
        api.MapStream();
        app.MapOpenApi(OpenApiDocument);
        app.MapScalarApiReference(DocsPath, reference => reference.WithTitle("SmartCityIoT API").DisableDefaultFonts());
    }

    /// <summary>What the framework refuses before an endpoint runs has a status alone: this adds the sentence.</summary>
    private static void Explain(ProblemDetailsContext problem) => problem.ProblemDetails.Detail ??= problem.ProblemDetails.Status switch
    {
        StatusCodes.Status400BadRequest => "The body is not the JSON object that this address takes. See /docs.",
        StatusCodes.Status404NotFound => "There is nothing at this address. See /docs.",
        StatusCodes.Status405MethodNotAllowed => "This address does not take the method. See /docs.",
        StatusCodes.Status415UnsupportedMediaType => "The body must be JSON: send Content-Type: application/json.",
        _ => null,
    };
}
