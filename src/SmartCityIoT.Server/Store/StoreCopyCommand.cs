using System.CommandLine;
using SmartCityIoT.Storage.Export;
using SmartCityIoT.Storage.Questions;

namespace SmartCityIoT.Server.Store;

/// <summary><c>store copy --from STORE --to STORE</c>: moves telemetry between any two stores.</summary>
internal static class StoreCopyCommand
{
    private const int Succeeded = 0;
    private const int Failed = 1;

    // A store that differs everywhere need not fill the screen.
    private const int DifferencesShown = 20;

    public static Command Create()
    {
        var from = new Option<string>("--from") { Description = "Store that is read: " + StoreSpec.Help, HelpName = "STORE", Required = true };
        var to = new Option<string>("--to") { Description = "Store that is written to, the same way", HelpName = "STORE", Required = true };
        var since = TimeArgument.Option("--since", "First time that is copied (default: everything)");
        var until = TimeArgument.Option("--until", "Time behind the last that is copied (default: everything)");
        var sector = new Option<string?>("--sector") { Description = "Readings and events of this sector alone (default: everything)", HelpName = "NAME" };
        var command = new Command(
            "copy",
            """
            Copy telemetry from one store to another, and count both at the end

            Stop it at any time and run the same command again: it goes on where it was, and no row is written twice. A record
            of it (copy-….json) lies in the destination's store folder, or in that of the data directory; delete that to start anew.
            An embedded store must not be held by a running platform. Exit code 1: it could not be done, or the numbers of rows
            differ, and the lines say on which days. What a server refuses is kept with its words in copy-….refused.jsonl.

            Secrets are configuration, best in the environment: SmartCity__Store__Copy__From__UserName and …__Password, or
            …__Token for influx2, and the same with To. The platform's own server is known by its address.

              smartcity store copy --from embedded:data --to influx:http://127.0.0.1:8086/smartcity
            """)
        {
            from, to, since, until, sector,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, cancellation) =>
        {
            var console = parsed.InvocationConfiguration;
            try
            {
                var question = new RangeQuestion(
                    TimeArgument.Parse("--since", parsed.GetValue(since), long.MinValue),
                    TimeArgument.Parse("--until", parsed.GetValue(until), long.MaxValue),
                    Sector: parsed.GetValue(sector));
                return await RunAsync(StoreSpec.Parse(parsed.GetValue(from)!), StoreSpec.Parse(parsed.GetValue(to)!), question, StoreContext.Open(parsed), console, cancellation)
                    .ConfigureAwait(false);
            }
            catch (Exception problem) when (problem is StoreCopyException or StoreUnavailableException or StoreQuestionUnsupportedException or IOException or UnauthorizedAccessException)
            {
                await console.Error.WriteLineAsync("smartcity: " + problem.Message).ConfigureAwait(false);
                return Failed;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                await console.Error.WriteLineAsync("smartcity: stopped; the same command goes on from here").ConfigureAwait(false);
                return Failed;
            }
        });
        return command;
    }

    private static async Task<int> RunAsync(
        StoreSpec from, StoreSpec to, RangeQuestion question, StoreContext context, InvocationConfiguration console, CancellationToken cancellation)
    {
        if (from.Text == to.Text || (from.DataDirectory is { } directory && directory == to.DataDirectory)) throw new StoreCopyException("--from and --to are the same store");
        context.CheckSector(question.Sector);
        var source = await from.CreateAsync("From", mustExist: true, context.Configuration, context.Sectors).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            var destination = await to.CreateAsync("To", mustExist: false, context.Configuration, context.Sectors).ConfigureAwait(false);
            await using (destination.ConfigureAwait(false))
            {
                var folder = Path.GetDirectoryName(StoreDataOption.StoreIn(to.DataDirectory ?? context.DataDirectory))!;
                using var record = CopyRecord.Open(folder, Identity(from), Identity(to), question);
                if (record.State.Done is { } done) await console.Output.WriteLineAsync($"Goes on within {CopyScreen.Date(done.Day)}, as {record.Path} says").ConfigureAwait(false);
                var copy = new StoreCopy(source, destination, record);
                var result = await CopyScreen.WatchAsync(
                    copy.RunAsync(question, cancellation), () => copy.Progress, () => destination.Health, console.Output).ConfigureAwait(false);
                return await TellAsync(result, record, console).ConfigureAwait(false);
            }
        }
    }

    private static async Task<int> TellAsync(CopyResult result, CopyRecord record, InvocationConfiguration console)
    {
        await console.Output.WriteLineAsync(FormattableString.Invariant($"Copied {result.Written} rows")).ConfigureAwait(false);
        if (result.Refused > 0)
        {
            await console.Error.WriteLineAsync(FormattableString.Invariant($"smartcity: the destination refused {result.Refused} rows, which {record.RefusedPath} holds with its words"))
                .ConfigureAwait(false);
        }

        if (result.Uncounted is { } why)
        {
            await console.Error.WriteLineAsync("smartcity: the destination was not counted: " + why).ConfigureAwait(false);
            return result.Refused > 0 ? Failed : Succeeded;
        }

        foreach (var difference in result.Differences.Take(DifferencesShown))
        {
            await console.Error.WriteLineAsync(FormattableString.Invariant(
                $"smartcity: {CopyScreen.Date(difference.Day)}, {difference.Group}: {difference.Source} rows in the source, {difference.Destination} in the destination")).ConfigureAwait(false);
        }

        if (result.Differences.Count > DifferencesShown)
        {
            await console.Error.WriteLineAsync(FormattableString.Invariant($"smartcity: and {result.Differences.Count - DifferencesShown} more")).ConfigureAwait(false);
        }

        if (result.Differences.Count > 0) return Failed;
        await console.Output.WriteLineAsync(FormattableString.Invariant($"Both stores hold {result.Counted} rows, the same on every day")).ConfigureAwait(false);
        return Succeeded;
    }

    /// <summary>The same for every way to write the same store.</summary>
    private static string Identity(StoreSpec spec) => spec.DataDirectory is { } directory ? "embedded:" + directory : spec.Text;
}
