using System.Numerics;

namespace PSSR.Metrics;

/// <summary>
/// Singular values in float64 without ever squaring the matrix: Householder bidiagonalisation, then the eigenvalues ±σ of the Golub–Kahan matrix (zero
/// diagonal, the bidiagonal's entries beside it; Golub, Van Loan, Matrix Computations, section 8.6) by implicit QL. So values that are zero come out at
/// about 1e-16 of the largest, where eigenvalues of AᵀA would leave 1e-8: that is what a rank-deficient covariance needs.
/// </summary>
internal static class SingularValues
{
    private const double Epsilon = 1.1e-16; // half a unit in the last place of 1
    private const int MostSweeps = 60; // two to three are usual per eigenvalue

    /// <summary>Sum of the singular values (the nuclear norm).</summary>
    /// <param name="matrix">Rows of equal length; not empty. Overwritten.</param>
    public static double Sum(double[][] matrix)
    {
        double[][] a = matrix.Length >= matrix[0].Length ? matrix : Transposed(matrix);
        int n = a[0].Length;
        double[] diagonal = new double[2 * n], beside = new double[2 * n];
        Bidiagonalise(a, beside);
        Eigenvalues(diagonal, beside);
        return diagonal.Sum(Math.Abs) / 2;
    }

    /// <summary>The triangle R of A = QR, which has A's singular values and AᵀA = RᵀR; for matrices with more rows than columns.</summary>
    /// <param name="a">Rows of equal length. Overwritten.</param>
    /// <returns>As many rows as A has columns.</returns>
    public static double[][] Triangle(double[][] a)
    {
        int n = a[0].Length;
        for (int k = 0; k < n; k++)
        {
            a[k][k] = ReflectColumn(a, k);
            for (int i = k + 1; i < a.Length; i++)
                a[i][k] = 0;
        }

        return a[..n];
    }

    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        Vector<double> sum = Vector<double>.Zero;
        int i = 0, step = Vector<double>.Count;
        for (; i <= a.Length - step; i += step)
            sum += new Vector<double>(a[i..]) * new Vector<double>(b[i..]);
        double total = Vector.Sum(sum);
        for (; i < a.Length; i++)
            total += a[i] * b[i];
        return total;
    }

    /// <param name="off">Gets d₀, e₀, d₁, e₁, …, d of the bidiagonal, and a 0.</param>
    private static void Bidiagonalise(double[][] a, double[] off)
    {
        int n = a[0].Length;
        for (int k = 0; k < n; k++)
        {
            off[2 * k] = ReflectColumn(a, k);
            if (k < n - 1)
                off[2 * k + 1] = ReflectRow(a, k);
        }
    }

    /// <summary>Makes column k zero below the diagonal (the zeros are not stored), and applies the reflection to the columns behind it.</summary>
    /// <returns>What the diagonal becomes.</returns>
    private static double ReflectColumn(double[][] a, int k)
    {
        double[] v = new double[a.Length - k];
        for (int i = 0; i < v.Length; i++)
            v[i] = a[k + i][k];
        (double head, double factor) = Reflector(v);
        if (factor == 0)
            return head;
        double[] w = new double[a[0].Length - k - 1];
        for (int i = 0; i < v.Length; i++)
            AddScaled(w, a[k + i].AsSpan(k + 1), v[i]);
        for (int i = 0; i < v.Length; i++)
            AddScaled(a[k + i].AsSpan(k + 1), w, -factor * v[i]);
        return head;
    }

    /// <summary>The same for row k behind the entry next to the diagonal, from the right.</summary>
    private static double ReflectRow(double[][] a, int k)
    {
        double[] v = a[k][(k + 1)..];
        (double head, double factor) = Reflector(v);
        if (factor != 0)
        {
            for (int i = k + 1; i < a.Length; i++)
            {
                Span<double> row = a[i].AsSpan(k + 1);
                AddScaled(row, v, -factor * Dot(row, v));
            }
        }

        return head;
    }

    /// <summary>Turns x into the v of I - factor·v·vᵀ, which maps x onto (head, 0, 0, …).</summary>
    private static (double Head, double Factor) Reflector(double[] x)
    {
        double norm = Math.Sqrt(Dot(x, x));
        if (norm == 0)
            return (0, 0);
        double head = x[0] > 0 ? -norm : norm;
        x[0] -= head;
        return (head, 2 / Dot(x, x));
    }

    private static void AddScaled(Span<double> to, ReadOnlySpan<double> from, double factor)
    {
        var scale = new Vector<double>(factor);
        int i = 0, step = Vector<double>.Count;
        for (; i <= to.Length - step; i += step)
            (new Vector<double>(to[i..]) + new Vector<double>(from[i..]) * scale).CopyTo(to[i..]);
        for (; i < to.Length; i++)
            to[i] += from[i] * factor;
    }

    /// <summary>Eigenvalues of a symmetric tridiagonal matrix, by QL steps with implicit Wilkinson shifts.</summary>
    /// <param name="d">The diagonal; becomes the eigenvalues.</param>
    /// <param name="e">e[i] couples i and i+1; the last is 0. Overwritten.</param>
    private static void Eigenvalues(double[] d, double[] e)
    {
        double negligible = e.Max(Math.Abs) * 1e-17;
        for (int l = 0; l < d.Length; l++)
        {
            for (int sweep = 0; ; sweep++)
            {
                int m = l;
                while (m < d.Length - 1 && Math.Abs(e[m]) > Math.Max(negligible, Epsilon * (Math.Abs(d[m]) + Math.Abs(d[m + 1]))))
                    m++;
                if (m == l)
                    break;
                if (sweep == MostSweeps)
                    throw new ArithmeticException("The singular values don't converge: the features hold NaN or infinity.");
                Step(d, e, l, m);
            }
        }
    }

    private static void Step(double[] d, double[] e, int l, int m)
    {
        double half = (d[l + 1] - d[l]) / (2 * e[l]), root = double.Hypot(half, 1);
        double g = d[m] - d[l] + e[l] / (half + (half >= 0 ? root : -root));
        double sine = 1, cosine = 1, carried = 0;
        int i = m - 1;
        for (; i >= l; i--)
        {
            double f = sine * e[i], b = cosine * e[i];
            double r = double.Hypot(f, g);
            e[i + 1] = r;
            if (r == 0)
            {
                d[i + 1] -= carried;
                e[m] = 0;
                return;
            }

            (sine, cosine) = (f / r, g / r);
            g = d[i + 1] - carried;
            double t = (d[i] - g) * sine + 2 * cosine * b;
            carried = sine * t;
            d[i + 1] = g + carried;
            g = cosine * t - b;
        }

        d[l] -= carried;
        e[l] = g;
        e[m] = 0;
    }

    private static double[][] Transposed(double[][] a) =>
        [.. Enumerable.Range(0, a[0].Length).Select(c => a.Select(row => row[c]).ToArray())];
}
