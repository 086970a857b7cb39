using System.CommandLine;
using SmartCityIoT.Storage.Embedded.Backup;

namespace SmartCityIoT.Server.Store;

/// <summary><c>store restore DIR</c>: brings a backup into the data directory of a platform that does not run.</summary>
internal static class StoreRestoreCommand
{
    private const int Succeeded = 0;
    private const int Failed = 1;

    public static Command Create()
    {
        var source = new Argument<string>("DIR") { Description = "Folder of the backup" };
        var replace = new Option<bool>("--replace") { Description = "Put the backup in the place of the store that is there, which is kept under another name" };
        var data = new StoreDataOption();
        var command = new Command(
            "restore",
            """
            Bring a backup of the embedded store back

            The whole backup is verified before anything is touched. The platform must be stopped; at its next start it adds what
            its journal still holds after the backup.

              smartcity store restore /backup/smartcity --replace
            """)
        {
            source, replace,
        };
        data.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(
            Path.GetFullPath(parsed.GetValue(source)!), data.DirectoryOf(parsed), parsed.GetValue(replace), parsed.InvocationConfiguration, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string source, string data, bool isReplacing, InvocationConfiguration console, CancellationToken cancellation)
    {
        try
        {
            await StoreRestore.RunAsync(source, StoreDataOption.StoreIn(data), isReplacing, TimeProvider.System, console.Output.WriteLine, cancellation).ConfigureAwait(false);
            return Succeeded;
        }
        catch (StoreInUseException)
        {
            await console.Error.WriteLineAsync($"smartcity: a platform is running on {data}: stop it, restore, and start it again").ConfigureAwait(false);
            return Failed;
        }
        catch (Exception problem) when (problem is StoreBackupException or IOException or UnauthorizedAccessException)
        {
            await console.Error.WriteLineAsync("smartcity: " + problem.Message).ConfigureAwait(false);
            return Failed;
        }
    }
}
