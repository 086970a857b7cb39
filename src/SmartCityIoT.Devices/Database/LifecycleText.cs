namespace SmartCityIoT.Devices.Database;

/// <summary>A lifecycle as it stands in the database and on the API.</summary>
internal static class LifecycleText
{
    public static string Format(Lifecycle lifecycle) => lifecycle switch
    {
        Lifecycle.Planned => "planned",
        Lifecycle.InService => "inService",
        Lifecycle.Retired => "retired",
        _ => throw new ArgumentOutOfRangeException(nameof(lifecycle)),
    };

    public static Lifecycle Parse(string text) => text switch
    {
        "planned" => Lifecycle.Planned,
        "inService" => Lifecycle.InService,
        "retired" => Lifecycle.Retired,
        _ => throw new FormatException($"'{text}' is not the lifecycle of a device"),
    };
}
