using System.CommandLine;

namespace SmartCityIoT.Server.Store;

/// <summary><c>smartcity store …</c>: work on the telemetry as a whole.</summary>
internal static class StoreCommands
{
    public static Command Create() => new("store", "Back up the embedded store and bring a backup back, and move telemetry between stores")
    {
        StoreBackupCommand.Create(),
        StoreRestoreCommand.Create(),
        StoreCopyCommand.Create(),
        StoreExportCommand.Create(),
    };
}
