using System.CommandLine;
using SmartCityIoT.Storage.Export;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Server.Store;

/// <summary><c>store export</c>: a range of a store as one file for other programs.</summary>
internal static class StoreExportCommand
{
    private const int Succeeded = 0;
    private const int Failed = 1;

    public static Command Create()
    {
        var from = new Option<string>("--from") { Description = "Store that is read: " + StoreSpec.Help, HelpName = "STORE", Required = true };
        var file = new Option<string>("--out") { Description = "File that is written, and replaced where it is there", HelpName = "FILE", Required = true };
        var format = new Option<ExportFormat>("--format") { Description = "csv, parquet or lp (InfluxDB's line protocol)", HelpName = "FORMAT", Required = true };
        var since = TimeArgument.Option("--since", "First time: 2026-12-01 is midnight UTC");
        var until = TimeArgument.Option("--until", "Time behind the last");
        since.Required = until.Required = true;
        var devices = new Option<string[]>("--device") { Description = "This device alone; may stand several times (default: all)", HelpName = "ID" };
        var sector = new Option<string?>("--sector") { Description = "This sector alone (default: all)", HelpName = "NAME" };
        var command = new Command(
            "export",
            """
            Write a range of telemetry into a file

            csv and parquet hold readings, in UTC, in physical units that stand in the header, with the quality and flags of each
            in words; lp holds events, boots and acknowledgements as well, for any server that takes line protocol with
            precision=us. The file has its name only once it is whole.

              smartcity store export --from embedded:data --out water.csv --format csv --sector water \
                --since 2026-11-01 --until 2026-12-01
            """)
        {
            from, file, format, since, until, devices, sector,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, cancellation) =>
        {
            var console = parsed.InvocationConfiguration;
            try
            {
                var ids = parsed.GetValue(devices) is { Length: > 0 } texts ? texts.Select(Device).ToArray() : null;
                var question = new RangeQuestion(
                    TimeArgument.Parse("--since", parsed.GetValue(since), 0), TimeArgument.Parse("--until", parsed.GetValue(until), 0), ids, parsed.GetValue(sector));
                var context = StoreContext.Open(parsed);
                context.CheckSector(question.Sector);
                var source = await StoreSpec.Parse(parsed.GetValue(from)!).CreateAsync("From", mustExist: true, context.Configuration, context.Sectors).ConfigureAwait(false);
                await using (source.ConfigureAwait(false))
                {
                    var export = new StoreExport(source, context.Sectors);
                    var target = parsed.GetValue(file)!;
                    var rows = await CopyScreen.WatchAsync(
                        export.RunAsync(question, parsed.GetValue(format), target, cancellation), () => export.Progress, () => null, console.Output).ConfigureAwait(false);
                    await console.Output.WriteLineAsync(FormattableString.Invariant($"{rows} rows are in {target}")).ConfigureAwait(false);
                    return Succeeded;
                }
            }
            catch (Exception problem) when (problem is StoreCopyException or StoreUnavailableException or StoreQuestionUnsupportedException or IOException or UnauthorizedAccessException)
            {
                await console.Error.WriteLineAsync("smartcity: " + problem.Message).ConfigureAwait(false);
                return Failed;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                await console.Error.WriteLineAsync("smartcity: stopped; no file was written").ConfigureAwait(false);
                return Failed;
            }
        });
        return command;
    }

    private static ulong Device(string text) => DeviceId.TryParse(text.AsSpan(), out var device)
        ? device
        : throw new StoreCopyException($"--device must be 16 hex digits, which \"{text}\" is not");
}
