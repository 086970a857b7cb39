using System.CommandLine;
using SmartCityIoT.Storage.Embedded.Backup;

namespace SmartCityIoT.Server.Store;

/// <summary><c>store backup DIR</c>: by itself while the platform is stopped, by the running platform while it holds the store.</summary>
internal static class StoreBackupCommand
{
    private const int Succeeded = 0;
    private const int Failed = 1;

    public static Command Create()
    {
        var target = new Argument<string>("DIR") { Description = "Folder of the backup: empty, missing, or holding an earlier backup, of which only what is new is copied then" };
        var data = new StoreDataOption();
        var command = new Command(
            "backup",
            """
            Copy the embedded store, whether or not the platform runs

            The copy is consistent and verified: the database as one moment sees it, and the Parquet file of each closed day.
            A running platform writes it itself, so DIR must be writable for its user. The rest of the data directory
            (devices.db, alerts.db, ledger.db, server.key) is not in it.

              smartcity store backup /backup/smartcity
            """)
        {
            target,
        };
        data.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(
            data.DirectoryOf(parsed), Path.GetFullPath(parsed.GetValue(target)!), parsed.InvocationConfiguration, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string data, string target, InvocationConfiguration console, CancellationToken cancellation)
    {
        try
        {
            try
            {
                await StoreBackup.CreateAsync(StoreDataOption.StoreIn(data), target, TimeProvider.System, console.Output.WriteLine, cancellation).ConfigureAwait(false);
            }
            catch (StoreInUseException)
            {
                await StoreBackupRequest.AskAsync(data, target, console.Output.WriteLine, cancellation).ConfigureAwait(false);
            }

            return Succeeded;
        }
        catch (Exception problem) when (problem is StoreBackupException or IOException or UnauthorizedAccessException)
        {
            await console.Error.WriteLineAsync("smartcity: " + problem.Message).ConfigureAwait(false);
            return Failed;
        }
    }
}
